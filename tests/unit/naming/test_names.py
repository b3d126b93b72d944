import re

from hypothesis import given
from hypothesis import strategies as st

from slipway.domain.naming import (
    ReleaseNames,
    alarm_name,
    alarm_prefix,
    dashboard_name,
    execution_name,
    release_id,
    schedule_name,
)

SAGEMAKER = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")
MODEL = re.compile(r"[a-zA-Z0-9]([\-a-zA-Z0-9]*[a-zA-Z0-9])?")

endpoints = st.from_regex(r"\A[a-zA-Z0-9](-{0,2}[a-zA-Z0-9]){0,62}\Z").filter(
    lambda name: len(name) <= 63
)
versions = st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,39}\Z")
stacks = st.from_regex(r"\A[a-zA-Z][a-zA-Z0-9-]{0,127}\Z")
drops = st.tuples(endpoints, versions, st.text(max_size=20))


def names_of(drop):
    endpoint, version, version_id = drop
    key = f"models/{endpoint}/{version}/model.tar.gz"
    return ReleaseNames.of(endpoint, version, release_id("bucket", key, version_id))


def test_names_show_what_they_name():
    names = ReleaseNames.of("churn", "2.1", "0123456789ab")
    assert names.model == names.endpoint_config == "churn-2-1-0123456789ab"
    assert names.variant == "2-1-0123456789ab"
    assert names.staged_config("canary") == "churn-2-1-canary-0123456789ab"
    assert names.as_dict()["version"] == "2.1"


@given(drops)
def test_names_are_accepted_by_sagemaker(drop):
    names = names_of(drop)
    for name in (names.endpoint_config, names.variant, names.staged_config("canary")):
        assert len(name) <= 63
        assert SAGEMAKER.fullmatch(name)
    assert len(names.model) <= 63
    assert MODEL.fullmatch(names.model)


@given(drops, drops)
def test_names_differ_exactly_when_the_drops_do(one, other):
    a, b = names_of(one), names_of(other)
    assert (a == b) == (one == other)
    if one != other:
        assert a.model != b.model
        assert a.endpoint_config != b.endpoint_config
        assert a.variant != b.variant
        assert a.staged_config("canary") not in {b.endpoint_config, b.staged_config("canary")}


def test_the_parts_of_an_id_are_not_run_together():
    assert release_id("a", "bc", "d") != release_id("ab", "c", "d")
    assert release_id("a", "b", "c") != release_id("a", "b", "c", "sha")
    assert release_id("a", "b", "c") == release_id("a", "b", "c")


@given(stacks, endpoints)
def test_alarm_names_fit_and_begin_with_the_prefix_that_rules_match(stack, endpoint):
    name = alarm_name(stack, endpoint, "0123456789ab", "model-errors")
    assert len(name) <= 255
    assert name.startswith(alarm_prefix(stack, endpoint))
    assert alarm_prefix(stack, endpoint).startswith(alarm_prefix(stack))


def test_the_alarms_of_one_stack_are_not_those_of_a_longer_name():
    assert not alarm_prefix("shop-test").startswith(alarm_prefix("shop"))


@given(stacks, endpoints)
def test_dashboard_names_are_accepted_by_cloudwatch(stack, endpoint):
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,255}", dashboard_name(stack, endpoint))


@given(stacks, endpoints, st.sampled_from(["sleep", "wake", "settle", "drift"]))
def test_schedule_names_are_accepted_by_scheduler(stack, endpoint, purpose):
    assert re.fullmatch(r"[0-9a-zA-Z-_.]{1,64}", schedule_name(stack, endpoint, purpose))


@given(st.tuples(stacks, endpoints), st.tuples(stacks, endpoints))
def test_schedules_of_different_endpoints_have_different_names(one, other):
    assert (schedule_name(*one, "sleep") == schedule_name(*other, "sleep")) == (one == other)


def test_long_schedule_names_still_differ_by_purpose():
    assert schedule_name("s" * 100, "e", "sleep") != schedule_name("s" * 100, "e", "wake")


def test_executions_are_named_by_release_and_attempt():
    assert execution_name("0123456789ab", 2) == "0123456789ab-2"
