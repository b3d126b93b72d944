import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipway.domain.naming import (
    InvalidEndpointName,
    InvalidKey,
    InvalidVersionName,
    MisplacedSpec,
    ModelDrop,
    SideFile,
    SpecDrop,
    UnknownFile,
    WrongKeyDepth,
    accepted_key,
    classify_key,
    parse_model_key,
)


def test_a_model_belongs_to_an_endpoint_and_a_version():
    drop = parse_model_key("models/churn/2026.11-rc_1/model.tar.gz")
    assert drop == ModelDrop("churn", "2026.11-rc_1")
    assert drop.key == "models/churn/2026.11-rc_1/model.tar.gz"
    assert drop.spec_key == "models/churn/endpoint.yaml"
    assert drop.beside("smoke.jsonl") == "models/churn/2026.11-rc_1/smoke.jsonl"


def test_a_spec_belongs_to_an_endpoint():
    assert classify_key("models/churn/endpoint.yaml") == SpecDrop("churn")


def test_side_files_belong_to_a_version():
    assert classify_key("models/churn/7/smoke.jsonl") == SideFile("churn", "7", "smoke.jsonl")


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("models/churn/model.tar.gz", WrongKeyDepth),
        ("models/team/churn/7/model.tar.gz", WrongKeyDepth),
        ("models/team/churn/7/deep/model.tar.gz", WrongKeyDepth),
        ("model.tar.gz", WrongKeyDepth),
        ("other/churn/7/model.tar.gz", WrongKeyDepth),
        ("/models/churn/7/model.tar.gz", WrongKeyDepth),
        ("", WrongKeyDepth),
        ("models//7/model.tar.gz", InvalidEndpointName),
        ("models/my_churn/7/model.tar.gz", InvalidEndpointName),
        ("models/churn-/7/model.tar.gz", InvalidEndpointName),
        ("models/chürn/7/model.tar.gz", InvalidEndpointName),
        (f"models/{'a' * 64}/7/model.tar.gz", InvalidEndpointName),
        (f"models/{'a-' * 62}a/7/model.tar.gz", InvalidEndpointName),
        ("models/churn\n/7/model.tar.gz", InvalidEndpointName),
        ("models/churn//model.tar.gz", InvalidVersionName),
        ("models/churn/.7/model.tar.gz", InvalidVersionName),
        ("models/churn/7 b/model.tar.gz", InvalidVersionName),
        (f"models/churn/{'7' * 41}/model.tar.gz", InvalidVersionName),
        ("models/churn/7/endpoint.yaml", MisplacedSpec),
        ("models/churn/7/model.zip", UnknownFile),
        ("models/churn/readme.md", UnknownFile),
    ],
)
def test_keys_outside_the_layout_are_refused_by_kind(key, kind):
    with pytest.raises(InvalidKey) as refused:
        classify_key(key)
    assert type(refused.value) is kind
    assert "\n" not in str(refused.value)


def test_a_spec_is_no_model():
    with pytest.raises(UnknownFile, match="is no model"):
        parse_model_key("models/churn/endpoint.yaml")


def test_a_misplaced_spec_is_told_where_it_belongs():
    with pytest.raises(MisplacedSpec, match=r"models/churn/endpoint\.yaml$"):
        classify_key("models/churn/7/endpoint.yaml")


@given(st.text(max_size=60) | st.from_regex(r"models/[^/]*/[^/]*/model\.tar\.gz", fullmatch=True))
def test_any_key_is_classified_or_refused_by_name(key):
    try:
        found = classify_key(key)
    except InvalidKey as refused:
        assert str(refused).isprintable()
    else:
        assert not isinstance(found, ModelDrop) or found.key == key


def test_accepted_bytes_are_found_by_their_digest():
    assert accepted_key("ab12") == "accepted/ab12/model.tar.gz"
