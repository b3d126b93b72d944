import re

from hypothesis import given
from hypothesis import strategies as st

from slipway.domain.naming import (
    ALARM_PREFIX,
    ReleaseNames,
    alarm_name,
    alarm_prefix,
    dashboard_name,
    schedule_name,
)

SAGEMAKER = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")
MODEL = re.compile(r"[a-zA-Z0-9]([\-a-zA-Z0-9]*[a-zA-Z0-9])?")

endpoints = st.from_regex(r"\A[a-zA-Z0-9](-{0,2}[a-zA-Z0-9]){0,62}\Z").filter(
    lambda name: len(name) <= 63
)
versions = st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,39}\Z")
digests = st.from_regex(r"\A[0-9a-f]{8}\Z")
regions = st.sampled_from(["us-east-1", "us-gov-west-1", "ap-southeast-3"])
purposes = st.sampled_from(["sleep", "wake", "settle", "drift"])


def names_of(drop):
    return ReleaseNames.of(*drop)


drops = st.tuples(endpoints, versions, digests)


def test_names_show_what_they_name():
    names = ReleaseNames.of("churn", "2.1", "0123abcd")
    assert names.model == names.endpoint_config == "churn-2-1-0123abcd"
    assert names.variant == "2-1-0123abcd"
    assert names.staged_config("canary") == "churn-2-1-canary-0123abcd"
    assert names.as_dict()["version"] == "2.1"


@given(drops)
def test_names_are_accepted_by_sagemaker(drop):
    names = names_of(drop)
    for name in (names.endpoint_config, names.variant, names.staged_config("canary")):
        assert len(name) <= 63
        assert SAGEMAKER.fullmatch(name)
    assert len(names.model) <= 63
    assert MODEL.fullmatch(names.model)
    assert names == names_of(drop)


@given(drops, drops)
def test_names_of_different_drops_differ(one, other):
    a, b = names_of(one), names_of(other)
    if one[2] != other[2]:
        assert a.model != b.model
        assert a.endpoint_config != b.endpoint_config
        assert a.variant != b.variant
        assert a.staged_config("canary") not in {b.endpoint_config, b.staged_config("canary")}


@given(endpoints, drops)
def test_alarm_names_fit_and_begin_with_the_prefix_that_rules_match(endpoint, drop):
    name = alarm_name(endpoint, names_of(drop).variant, "model-errors")
    assert len(name) <= 255
    assert name.startswith(alarm_prefix(endpoint))
    assert alarm_prefix(endpoint).startswith(ALARM_PREFIX)


def test_the_alarms_of_one_endpoint_are_not_those_of_a_longer_name():
    assert not alarm_name("shop-test", "1-0123abcd", "cpu").startswith(alarm_prefix("shop"))


@given(endpoints, regions)
def test_dashboard_names_are_accepted_by_cloudwatch(endpoint, region):
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,255}", dashboard_name(endpoint, region))


@given(st.tuples(endpoints, regions), st.tuples(endpoints, regions))
def test_dashboards_of_different_endpoints_have_different_names(one, other):
    assert (dashboard_name(*one) == dashboard_name(*other)) == (one == other)


@given(endpoints, purposes)
def test_schedule_names_are_accepted_by_scheduler(endpoint, purpose):
    assert re.fullmatch(r"[0-9a-zA-Z-_.]{1,64}", schedule_name(endpoint, purpose))


@given(st.tuples(endpoints, purposes), st.tuples(endpoints, purposes))
def test_different_schedules_have_different_names(one, other):
    assert (schedule_name(*one) == schedule_name(*other)) == (one == other)


def test_long_schedule_names_still_differ():
    long = ["e" * 62 + last for last in "ab"]
    names = {schedule_name(endpoint, purpose) for endpoint in long for purpose in ("sleep", "wake")}
    assert len(names) == 4
