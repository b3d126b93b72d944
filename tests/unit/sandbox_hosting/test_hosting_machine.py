"""The status machine by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sandbox.gateway import AwsError
from sandbox.hosting.machine import Endpoint, Status
from sandbox.hosting.variants import Variant, changed, retained

NOW = datetime(2030, 1, 1, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
ARN = "arn:aws:sagemaker:us-east-1:123456789012:endpoint/churn"


def variant(name: str = "live", weight: float = 1.0, count: int = 2) -> Variant:
    return Variant.of(
        {
            "VariantName": name,
            "ModelName": "m",
            "InstanceType": "ml.m5.large",
            "InitialInstanceCount": count,
            "InitialVariantWeight": weight,
        }
    )


def serving(*variants: Variant) -> Endpoint:
    endpoint = Endpoint.create("churn", ARN, "first", variants or (variant(),), NOW)
    endpoint.succeed(NOW)
    return endpoint


def test_statuses_are_spelt_differently_in_events() -> None:
    assert [status.in_event for status in (Status.IN_SERVICE, Status.ROLLING_BACK)] == [
        "IN_SERVICE",
        "ROLLING_BACK",
    ]


def test_a_creation_that_fails_leaves_nothing_serving() -> None:
    endpoint = Endpoint.create("churn", ARN, "first", (variant(),), NOW)
    endpoint.fail("why", LATER)
    assert (endpoint.status, endpoint.variants, endpoint.failure) == (Status.FAILED, (), "why")
    assert endpoint.modified == LATER


def test_an_update_keeps_the_old_configuration_until_it_succeeds() -> None:
    endpoint = serving()
    endpoint.update("second", (variant("next"),), LATER)
    assert (endpoint.status, endpoint.config_name) == (Status.UPDATING, "first")
    endpoint.succeed(LATER)
    assert (endpoint.status, endpoint.config_name) == (Status.IN_SERVICE, "second")
    assert [each.name for each in endpoint.variants] == ["next"]


def test_an_update_that_fails_rolls_back_and_the_next_success_forgets_why() -> None:
    endpoint = serving()
    endpoint.update("second", (variant("next"),), NOW)
    endpoint.fail("why", NOW)
    assert endpoint.status is Status.ROLLING_BACK
    endpoint.rolled_back(LATER)
    assert (endpoint.status, endpoint.config_name) == (Status.IN_SERVICE, "first")
    assert endpoint.failure == "why"
    endpoint.update("second", (variant("next"),), LATER)
    endpoint.succeed(LATER)
    assert endpoint.failure is None


@pytest.mark.parametrize("status", ["creating", "updating", "rolling back", "deleting"])
def test_nothing_changes_what_is_changing(status: str) -> None:
    endpoint = serving()
    if status == "creating":
        endpoint = Endpoint.create("churn", ARN, "first", (variant(),), NOW)
    elif status == "deleting":
        endpoint.delete(NOW)
    else:
        endpoint.update("second", (variant(),), NOW)
    if status == "rolling back":
        endpoint.fail("why", NOW)
    words = f'Cannot update in-progress endpoint "{ARN}".'
    for action in (
        lambda: endpoint.update("third", (variant(),), NOW),
        lambda: endpoint.change([{"VariantName": "live", "DesiredWeight": 2}], NOW),
        lambda: endpoint.delete(NOW),
    ):
        with pytest.raises(AwsError) as caught:
            action()
        assert (caught.value.code, caught.value.message) == ("ValidationException", words)


def test_a_refused_change_changes_nothing() -> None:
    endpoint = serving()
    with pytest.raises(AwsError, match="not found for endpoint"):
        endpoint.change([{"VariantName": "other", "DesiredWeight": 2}], LATER)
    assert (endpoint.status, endpoint.modified, endpoint.changes) == (Status.IN_SERVICE, NOW, 1)


def test_a_weight_alone_leaves_the_count_and_the_other_way_round() -> None:
    before = (variant("a", 1.0, 2), variant("b", 0.0, 3))
    after = changed(before, [{"VariantName": "a", "DesiredWeight": 4}], ARN)
    after = changed(after, [{"VariantName": "b", "DesiredInstanceCount": 7}], ARN)
    assert [(each.desired_weight, each.desired_count) for each in after] == [(4.0, 2), (0.0, 7)]
    assert [(each.weight, each.count) for each in after] == [(1.0, 2), (0.0, 3)]


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        ([{"VariantName": "a", "DesiredWeight": 0}], "above 0"),
        (
            [{"VariantName": "a", "DesiredWeight": 1}, {"VariantName": "a", "DesiredWeight": 2}],
            "twice",
        ),
    ],
)
def test_changes_that_make_no_sense_are_refused(wanted: list[dict[str, object]], why: str) -> None:
    with pytest.raises(AwsError, match=why):
        changed((variant("a"), variant("b", 0.0)), wanted, ARN)


def test_a_change_that_fails_wants_what_it_has_again() -> None:
    endpoint = serving(variant("live", 1.0, 2))
    endpoint.change([{"VariantName": "live", "DesiredInstanceCount": 9}], NOW)
    endpoint.fail("why", NOW)
    assert endpoint.variants[0].desired_count == 2


@pytest.mark.parametrize(
    ("excluded", "kept"),
    [
        (set(), (5.0, 9)),
        ({"DesiredWeight"}, (1.0, 9)),
        ({"DesiredInstanceCount"}, (5.0, 2)),
    ],
)
def test_retained_properties(excluded: set[str], kept: tuple[float, int]) -> None:
    old, new = (variant("live", 5.0, 9),), (variant("live"), variant("new", 0.0, 1))
    live, added = retained(old, new, excluded)
    assert (live.weight, live.count) == kept
    assert (added.weight, added.count) == (0.0, 1)
