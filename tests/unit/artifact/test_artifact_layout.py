"""What is no attack, but cannot be served: layouts and versions."""

import pytest

from slipway.domain.artifact import Reason
from tests.unit.artifact.builders import (
    BOOSTER,
    DATA,
    SKLEARN,
    estimator,
    file,
    inspect,
    model,
    packed,
    proto,
    refusal,
    wrapper,
)

SCRIPT = file("code/inference.py", b"def model_fn(model_dir): ...")
PICKLED_BOOSTER = proto(estimator(cls=("xgboost.core", "Booster")))
CLASSIFIER = proto(estimator(cls=("xgboost.sklearn", "XGBClassifier")))


@pytest.mark.parametrize(
    ("archive", "framework", "layout"),
    [
        (model(SKLEARN), None, "sklearn-bare"),
        (model(SKLEARN), "sklearn", "sklearn-bare"),
        (model(SKLEARN, "model.pkl"), None, "sklearn-bare"),
        (packed(file("x.joblib", SKLEARN), SCRIPT), None, "sklearn-script"),
        (packed(SCRIPT), "sklearn", "sklearn-script"),
        (model(BOOSTER, "xgboost-model"), None, "xgboost"),
        (model(BOOSTER, "model.json"), "xgboost", "xgboost"),
        (model(b"binf" + b"\0" * 100, "xgboost-model"), None, "xgboost"),
        (model(b"\0\0\0\x3f" + b"\0" * 100, "xgboost-model"), "xgboost", "xgboost"),
        (model(PICKLED_BOOSTER, "xgboost-model"), None, "xgboost"),
        (packed(file("model.json", BOOSTER), SCRIPT), None, "xgboost"),
        (packed(file("m.json", BOOSTER), file(".DS_Store", b"x")), None, "xgboost"),
        (packed(file("m.json", BOOSTER), file("docs/card.md", b"x")), None, "xgboost"),
        (model(b"anything", "weights.bin"), "custom", "custom"),
        (packed(file("a/weights.bin", b"anything"), SCRIPT), "custom", "custom"),
    ],
)
def test_layouts_are_recognised(archive: bytes, framework: str | None, layout: str) -> None:
    assert inspect(archive, framework=framework, allow_code=True).layout == layout


@pytest.mark.parametrize(
    ("archive", "framework", "words"),
    [
        (model(b"1,2,3", "data.csv"), None, "hosting.framework"),
        (packed(file("model.joblib", SKLEARN), file("m.json", BOOSTER)), None, "hosting.framework"),
        (model(SKLEARN, "classifier.joblib"), "sklearn", "model.joblib"),
        (model(SKLEARN, "sub/model.joblib"), "sklearn", "root"),
        (packed(*[file(f"model.{s}", SKLEARN) for s in ("joblib", "pkl")]), None, "both"),
        (model(proto(b"]")), "sklearn", "cannot predict"),
        (model(CLASSIFIER), "sklearn", "hosting.framework: xgboost"),
        (model(CLASSIFIER), "xgboost", "get_booster"),
        (model(SKLEARN), "xgboost", "boosters only"),
        (packed(file("a.json", BOOSTER), file("b.json", BOOSTER)), None, "exactly one"),
        (packed(file("m.json", BOOSTER), file("card.md", b"x")), "xgboost", "exactly one"),
        (packed(file("sub/m.json", BOOSTER)), "xgboost", "no model file"),
        (model(b'{"a": 1}', "model.json"), "xgboost", "no XGBoost model"),
        (model(b"booster[0]:\n0:leaf=1", "dump.txt"), "xgboost", "no XGBoost model"),
        (model(proto(wrapper(b"(K\x01t") + b"\0" * 8), "xgboost-model"), "xgboost", "joblib"),
        (packed(file("model.joblib", SKLEARN), file("code/x.py", b"x")), None, "code/inference.py"),
        (packed(file("model.joblib", SKLEARN), file("inference.py")), None, "code/inference.py"),
    ],
)
def test_what_the_container_cannot_load_is_refused(
    archive: bytes, framework: str | None, words: str
) -> None:
    refused = refusal(archive, framework=framework, allow_code=True)
    assert refused.reason is Reason.LAYOUT
    assert words in str(refused)


def test_a_file_that_only_xgboost_would_unpickle_is_walked_for_xgboost() -> None:
    attack = model(b"cposix\nsystem\n(Vid\ntR.", "xgboost-model")
    assert refusal(attack, framework="xgboost").reason is Reason.PICKLE_NAME
    assert refusal(attack).reason is Reason.LAYOUT


def versions(name: str) -> bytes:
    return (DATA / f"{name}.tar.gz").read_bytes()


def test_the_version_in_the_pickle_must_fit_the_image() -> None:
    image = {"scikit-learn": "1.2.1", "joblib": "1.2.0"}

    assert inspect(versions("sklearn-1.2.1-forest"), image_packages=image)
    refused = refusal(versions("sklearn-1.4.2-forest"), image_packages=image)

    assert refused.reason is Reason.FRAMEWORK_VERSION
    assert "scikit-learn 1.4.2" in str(refused)
    assert "1.2.1" in str(refused)
    assert "hosting.framework_version" in str(refused)


def test_a_patch_release_makes_no_difference() -> None:
    archive = versions("sklearn-1.4.2-forest")
    assert inspect(archive, image_packages={"scikit-learn": "1.4.0", "joblib": "1.4.2"})
    plain = versions("sklearn-1.4.2-neighbours")
    assert inspect(plain, image_packages={"scikit-learn": "1.14.2"}, framework="custom")
    assert refusal(archive, image_packages={"scikit-learn": "1.14.2"})


def test_without_an_image_the_framework_version_decides() -> None:
    archive = versions("sklearn-1.4.2-forest")
    assert inspect(archive, framework_version="1.4-2")
    assert refusal(archive, framework_version="1.2-1").reason is Reason.FRAMEWORK_VERSION


def test_older_joblib_would_misread_newer_arrays() -> None:
    archive = versions("sklearn-1.4.2-forest")
    assert inspect(archive, image_packages={"scikit-learn": "1.4.2", "joblib": "1.2.0"})
    refused = refusal(archive, image_packages={"scikit-learn": "1.4.2", "joblib": "1.1.1"})
    assert refused.reason is Reason.FRAMEWORK_VERSION


def test_an_image_whose_joblib_nobody_knows_serves_no_aligned_arrays() -> None:
    archive, plain = versions("sklearn-1.4.2-forest"), versions("sklearn-1.4.2-neighbours")
    refused = refusal(archive, image_packages={"scikit-learn": "1.4.2"})
    assert refused.reason is Reason.FRAMEWORK_VERSION
    assert "pickle.dump" in str(refused)
    assert inspect(archive, image_packages={"scikit-learn": "1.4.2", "joblib": ">=1.2.0"})
    assert inspect(plain, image_packages={"scikit-learn": "1.4.2"}).aligned_arrays is False


def test_newer_numpy_names_do_not_exist_in_older_numpy() -> None:
    content = proto(b"cnumpy._core.multiarray\nscalar\n0" + SKLEARN[2:-1])
    assert inspect(model(content), image_packages={"numpy": "1.26.4"})
    assert refusal(model(content), image_packages={"numpy": "1.24.1"}).reason is (
        Reason.FRAMEWORK_VERSION
    )


def test_requirements_may_bring_the_version_so_it_only_warns() -> None:
    requirements = file("code/requirements.txt", b"scikit-learn==1.4.2")
    archive = packed(file("model.joblib", SKLEARN), SCRIPT, requirements)

    found = inspect(archive, allow_code=True, image_packages={"scikit-learn": "1.2.1"})

    assert any("1.4.2" in warning for warning in found.warnings)


def test_xgboost_reads_older_models_and_not_those_of_a_newer_major() -> None:
    archive = versions("xgboost-2.1.4-json")
    assert inspect(archive, image_packages={"xgboost": "3.0.5"}).warnings == ()
    assert inspect(archive, image_packages={"xgboost": "2.0.3"}).warnings
    refused = refusal(archive, image_packages={"xgboost": "1.7.4"})
    assert refused.reason is Reason.FRAMEWORK_VERSION


def test_a_framework_that_does_not_exist_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="tensorflow"):
        inspect(model(SKLEARN), framework="tensorflow")
