"""What a spec leads to never costs more than its budget, on whichever type, whoever claims."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from slipway.domain.capacity.claims import Claim
from slipway.domain.capacity.fallback import target_on
from slipway.domain.images import resolve_image
from slipway.domain.naming import ReleaseNames
from slipway.domain.planning import (
    AccountFacts,
    ArtifactFacts,
    PlanRefused,
    ReleasePlan,
    plan_release,
)
from slipway.domain.planning.budget import types_within, with_budget
from slipway.domain.policy import release_policy
from slipway.domain.pricing import monthly_cost
from slipway.domain.scaling import claimed, target_tracking
from slipway.domain.spec import EndpointSpec, parse_spec
from tests.fakes.make import drop, live

if TYPE_CHECKING:
    from decimal import Decimal

REGION, NOW = "us-east-1", datetime(2026, 3, 2, 9, tzinfo=UTC)
KINDS = ["ml.m5.large", "ml.m5.xlarge", "ml.m5.4xlarge"]


def spec(**values: Any) -> EndpointSpec:
    given_ = {"kind": KINDS[0], "others": KINDS[1:], "fewest": 2, "most": 40, "usd": 400, **values}
    return parse_spec(
        f"hosting: {{instance_type: {given_['kind']}, "
        f"fallback_instance_types: [{', '.join(given_['others'])}]}}\n"
        f"scaling: {{min: {given_['fewest']}, max: {given_['most']}}}\n"
        f"budget: {{monthly_usd: {given_['usd']}}}\n"
    )


def plan(settings: EndpointSpec, serving: int, *, elsewhere: int = 0) -> ReleasePlan:
    fleet = live(drop("1"))
    return plan_release(
        names=ReleaseNames.of("churn", "2", "0123abcd"),
        spec=settings,
        artifact=ArtifactFacts("s3://artifacts/accepted/ab/model.tar.gz"),
        image=resolve_image("xgboost", None, REGION),
        account=AccountFacts(REGION),
        live=type(fleet)(fleet.drop, "sha", "config", "model", "variant", "ml.m5.large", serving),
        elsewhere=elsewhere,
    )


def cost(kind: str, count: int) -> Decimal:
    each = monthly_cost(kind, REGION, 1)
    assert each is not None
    return each * count


def test_what_serves_beyond_the_budget_is_not_built_again() -> None:
    made = plan(spec(), 12)
    # 12 would cost $1,007.
    assert (made.instance_count, made.max_instances) == (4, 4)
    assert any("budget of $400 a month reaches no further" in note for note in made.notes)


def test_a_fallback_that_costs_too_much_is_none_and_people_hear_of_it() -> None:
    settings = spec()
    assert types_within(settings, REGION) == {"ml.m5.large": 4, "ml.m5.xlarge": 2}
    policy = with_budget(release_policy(settings), settings, REGION)
    assert policy["instance_types"] == ["ml.m5.large", "ml.m5.xlarge"]
    (note,) = [each for each in plan(settings, 2).notes if "4xlarge" in each]
    assert "will not be used" in note
    free = parse_spec("hosting: {fallback_instance_types: [ml.m5.4xlarge]}")
    assert types_within(free, REGION) == {"ml.m5.large": 10, "ml.m5.4xlarge": 10}


@given(
    usd=st.integers(80, 9000),
    fewest=st.integers(1, 8),
    room=st.integers(0, 60),
    serving=st.integers(1, 90),
    floors=st.lists(st.integers(1, 200), max_size=3),
    kind=st.sampled_from(KINDS),
    moved=st.booleans(),
)
def test_no_claim_and_no_type_leads_beyond_the_budget(  # noqa: PLR0913, PLR0917 - what matters
    usd: int,
    fewest: int,
    room: int,
    serving: int,
    floors: list[int],
    kind: str,
    moved: bool,
) -> None:
    most = fewest + room
    others = [each for each in KINDS if each != kind]
    settings = spec(kind=kind, others=others, fewest=fewest, most=most, usd=usd)
    try:
        made = plan(settings, serving, elsewhere=max(floors, default=1) if moved else 0)
    except PlanRefused:
        assume(False)
        raise
    tracking = target_tracking(
        endpoint="churn",
        variant="2",
        spec=settings,
        instance_type=kind,
        fewest=made.min_instances,
        most=made.max_instances,
    )
    claims = tuple(
        Claim(f"event:{number}", floor, "", NOW.isoformat()) for number, floor in enumerate(floors)
    )
    limits = types_within(settings, REGION)
    for each in limits:
        target = tracking.target if each == kind else target_on(tracking.target, each, limits)
        bounds = claimed(target, claims, NOW)
        assert fewest <= bounds["MinCapacity"] <= bounds["MaxCapacity"] <= most
        assert cost(each, bounds["MaxCapacity"]) <= usd
    assert cost(kind, made.instance_count) <= usd


@pytest.mark.parametrize(("kind", "expected"), [("ml.m5.xlarge", 3), ("ml.c5.large", 10)])
def test_a_type_of_which_nothing_is_known_keeps_its_limit(kind: str, expected: int) -> None:
    target = {"MinCapacity": 2, "MaxCapacity": 10}
    assert target_on(target, kind, {"ml.m5.xlarge": 3})["MaxCapacity"] == expected
