import pytest

from slipway.domain.images import (
    ImageError,
    choose_image,
    custom_image,
    images_as_of,
    resolve_image,
    supported_versions,
)


def test_a_scikit_learn_image_is_named_as_aws_publishes_it():
    image = resolve_image("scikit-learn", "1.2-1", "us-east-1")
    assert image.uri == (
        "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3"
    )
    assert (image.version, image.python) == ("1.2-1", "3.9")
    assert image.packages["scikit-learn"] == "1.2.1"


def test_a_new_xgboost_image_carries_only_its_version_as_tag():
    image = resolve_image("xgboost", "1.7-1", "eu-west-1")
    assert image.uri == "141502667606.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-xgboost:1.7-1"


def test_china_has_a_domain_of_its_own():
    assert ".cn-north-1.amazonaws.com.cn/" in resolve_image("xgboost", None, "cn-north-1").uri


def test_without_a_version_the_newest_is_taken():
    assert resolve_image("xgboost", None, "us-east-1").version == supported_versions("xgboost")[-1]
    assert supported_versions("scikit-learn")[0] == "0.20.0"


def test_the_frameworks_own_version_names_the_container_too():
    assert resolve_image("scikit-learn", "1.2.1", "us-east-1").version == "1.2-1"
    assert resolve_image("xgboost", "0.90", "us-east-1").version == "0.90-2"


@pytest.mark.parametrize(
    ("framework", "version", "region", "words"),
    [
        ("scikit-learn", "1.2-2", "us-east-1", r"there are 0\.20\.0, .*did you mean `1\.2-1`"),
        ("scikit-learn", "77", "us-east-1", "hosting.framework_version"),
        ("scikit-lern", None, "us-east-1", "did you mean `scikit-learn`"),
        ("xgboost", None, "us-east-9", "did you mean `us-east-"),
        ("xgboost", "1", "us-east-1", "no xgboost container has version `1`"),
    ],
)
def test_what_aws_does_not_ship_is_refused_with_what_it_does(framework, version, region, words):
    with pytest.raises(ImageError, match=words):
        resolve_image(framework, version, region)


@pytest.mark.parametrize(
    ("wanted", "found", "version"),
    [
        ("1.2-1", "1.4.2", "1.2-1"),
        (None, "1.2.1", "1.2-1"),
        (None, "1.2.2", "1.2-1"),
        (None, "1.4.0", "1.4-2-py312"),
    ],
)
def test_the_artifacts_version_decides_where_the_spec_does_not(wanted, found, version):
    assert choose_image("scikit-learn", wanted, found, "us-east-1").version == version


def test_an_artifact_of_a_version_without_container_is_refused():
    with pytest.raises(ImageError, match=r"1\.3\.0"):
        choose_image("scikit-learn", None, "1.3.0", "us-east-1")


def test_every_image_says_what_it_serves_with():
    for framework in ("scikit-learn", "xgboost"):
        for version in supported_versions(framework):
            image = resolve_image(framework, version, "us-east-1")
            assert image.packages.get(framework, "unknown")
            assert len(image.uri) <= 255


def test_a_custom_image_is_taken_as_it_is():
    image = custom_image("111122223333.dkr.ecr.eu-west-1.amazonaws.com/own:1")
    assert (image.framework, image.python, dict(image.packages)) == (None, None, {})


def test_the_list_says_where_it_comes_from():
    assert "image_uri_config" in images_as_of()
