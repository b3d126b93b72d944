"""What a burst claims: within the limits, more for more demand, and never twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from slipway.domain.capacity.burst import (
    BEYOND,
    LEAP,
    Demand,
    Point,
    Wanted,
    wanted_floor,
)
from slipway.domain.capacity.burst_claim import burst_claim, still_needed
from slipway.domain.capacity.claims import BURST, Claim, Limits, extend, of_source

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOLD = timedelta(minutes=15)

values = st.floats(0, 500, allow_nan=False)
ratios = st.floats(0, 100, allow_nan=False)
limits = st.tuples(st.integers(1, 20), st.integers(0, 80)).map(
    lambda pair: Limits(pair[0], pair[0] + pair[1])
)


def series(points: list[float], step: int) -> list[Point]:
    return [Point(step * number, value) for number, value in enumerate(points)]


demands = st.builds(
    lambda needed, queues, count: Demand(series(needed, 60), series(queues, 10), count),
    st.lists(values, max_size=10),
    st.lists(ratios, max_size=18),
    st.integers(1, 60),
)
moments = st.tuples(st.floats(600, 900), st.floats(60, 1200))


def floor(demand: Demand, within: Limits, when: tuple[float, float]) -> int:
    return wanted_floor(demand, within, now=when[0], provisioning=when[1]).floor


@given(demands, limits, moments)
def test_never_below_min_nor_above_max_and_budget(
    demand: Demand, within: Limits, when: tuple[float, float]
) -> None:
    wanted = wanted_floor(demand, within, now=when[0], provisioning=when[1])
    assert within.fewest <= wanted.floor <= within.most
    assert wanted.seen <= within.most
    assert wanted.reason


@given(demands, limits, moments, st.floats(1, 10))
def test_more_demand_never_claims_less(
    demand: Demand, within: Limits, when: tuple[float, float], times: float
) -> None:
    more = Demand(
        [Point(point.at, point.value * times) for point in demand.needed],
        [Point(point.at, point.value * times) for point in demand.queues],
        demand.count,
    )
    assert floor(more, within, when) >= floor(demand, within, when)


@given(demands, limits, moments, st.floats(0, 100))
def test_a_higher_newest_point_never_claims_less(
    demand: Demand, within: Limits, when: tuple[float, float], more: float
) -> None:
    def raised(points: list[Point]) -> list[Point]:
        return [*points[:-1], Point(points[-1].at, points[-1].value + more)] if points else []

    higher = Demand(raised(list(demand.needed)), raised(list(demand.queues)), demand.count)
    assert floor(higher, within, when) >= floor(demand, within, when)


@given(demands, moments)
def test_queues_alone_never_ask_for_more_than_a_leap(
    demand: Demand, when: tuple[float, float]
) -> None:
    alone = Demand([], demand.queues, demand.count)
    assert floor(alone, Limits(1, 100_000), when) <= max(1, LEAP * demand.count)


@given(st.floats(1, 50), limits, moments)
def test_steady_demand_that_the_instances_carry_wants_nothing_more(
    needed: float, within: Limits, when: tuple[float, float]
) -> None:
    count = round(needed * 1.1) + 2
    demand = Demand(series([needed] * 5, 60), series([1.0] * 6, 10), count)
    assert floor(demand, within, when) <= max(count, within.fewest)


def test_a_falling_demand_is_not_extrapolated() -> None:
    falling = Demand(series([20, 15, 10], 60), [], 20)
    assert floor(falling, Limits(1, 50), (180, 300)) == 11


def test_a_steep_queue_leaps_before_the_minutes_show_anything() -> None:
    demand = Demand(series([7.3, 7.3], 60), series([1.0, 1.2, 7.0, 13.0], 10), 8)
    wanted = wanted_floor(demand, Limits(4, 70), now=120, provisioning=300)
    assert wanted.floor == LEAP * 8
    assert "13.0 times as many requests as usual queue" in wanted.reason


def test_queues_that_grow_slowly_tell_of_little_more_demand() -> None:
    slowly = Demand([], series([4.0, 4.6, 5.2, 5.9, 6.7, 7.5, 8.4], 10), 8)
    assert floor(slowly, Limits(4, 70), (120, 300)) == 15
    full = Demand([], series([25.0] * 7, 10), 8)
    assert floor(full, Limits(4, 70), (120, 300)) == 8


def test_one_crowded_point_is_an_accident() -> None:
    demand = Demand(series([7.3, 7.3], 60), series([1.0, 1.2, 1.0, 13.0], 10), 8)
    assert floor(demand, Limits(4, 70), (120, 300)) == 9


def test_the_reason_says_what_limits_the_claim() -> None:
    demand = Demand(series([5, 20], 60), [], 5, "9,000 requests a minute")
    wanted = wanted_floor(demand, Limits(2, 10), now=120, provisioning=300)
    assert wanted == Wanted(10, 10, wanted.reason)
    assert wanted.reason.startswith("9,000 requests a minute need 20 instances and 5 serve")
    assert "no more than 10 are allowed" in wanted.reason


@given(
    st.lists(st.tuples(st.integers(1, 50), st.integers(0, 14), st.booleans()), min_size=1),
)
def test_a_burst_is_one_claim_that_only_rises_and_only_lasts_longer(
    looks: list[tuple[int, int, bool]],
) -> None:
    claims: tuple[Claim, ...] = ()
    now = NOW
    for wants, minutes, pressing in looks:
        now += timedelta(minutes=minutes)
        before = of_source(claims, BURST)
        wanted = Wanted(wants, wants, "", pressing)
        if before is None or still_needed(before, wanted, fewest=1, ringing=False):
            claims = extend(claims, burst_claim(wanted, by="one", now=now, hold=HOLD), now)
        after = of_source(claims, BURST)
        assert len(claims) == 1
        if before is not None and after is not None and before.lasts(now):
            assert after.floor >= before.floor
            assert datetime.fromisoformat(after.until) >= datetime.fromisoformat(before.until)
            assert after.since == before.since


def test_a_claim_lasts_while_demand_presses_and_not_while_the_instances_carry_it() -> None:
    claim = burst_claim(Wanted(20, 10, ""), by="one", now=NOW, hold=HOLD)
    assert still_needed(claim, Wanted(12, 12, "", pressing=True), fewest=2, ringing=False)
    # Full instances are what target tracking aims at: it keeps them.
    assert not still_needed(claim, Wanted(22, 22, "", pressing=False), fewest=2, ringing=False)
    assert still_needed(claim, Wanted(12, 12, "", pressing=False), fewest=2, ringing=True)
    # A claim of what the spec wants anyway holds nothing.
    assert not still_needed(claim, Wanted(20, 20, "", pressing=True), fewest=20, ringing=False)


@given(st.floats(1, 50), limits, moments)
def test_what_target_tracking_deals_with_does_not_press(
    needed: float, within: Limits, when: tuple[float, float]
) -> None:
    count = max(round(needed), 1)
    full = Demand(series([needed] * 5, 60), series([1.0, 2.5, 3.0, 2.5, 4.0], 10), count)
    wanted = wanted_floor(full, within, now=when[0], provisioning=when[1])
    assert wanted.pressing == (needed > count * BEYOND)


def test_demand_presses_when_it_grows_far_beyond_what_serves_or_jams_it() -> None:
    def pressing(needed: list[float], queues: list[float], count: int) -> bool:
        demand = Demand(series(needed, 60), series(queues, 10), count)
        return wanted_floor(demand, Limits(1, 70), now=200, provisioning=300).pressing

    assert not pressing([7.0, 7.05, 7.1], [2.0, 2.6, 2.2], 7)
    assert pressing([7.0, 8.0, 9.0], [], 9)
    assert pressing([9.5], [], 7)
    # A little too much becomes pressing once it is jammed.
    assert pressing([7.4, 7.4, 7.4], [8.0, 8.2, 8.4], 7)
    # Crowds that do not grow tell of no more demand than there was.
    assert not pressing([6.9, 6.9, 6.9], [8.4, 8.3, 8.2], 7)


@given(st.lists(values, min_size=3, max_size=6), st.floats(0, 1), moments)
def test_what_is_still_being_counted_never_makes_a_claim_smaller(
    minutes: list[float], arrived: float, when: tuple[float, float]
) -> None:
    """A sum that arrives in parts says at least what the minutes before it said."""
    within = Limits(1, 1000)
    points = series(minutes, 60)
    part = Point(points[-1].at, points[-1].value * arrived)
    counted = points[-2].at

    def wanted(needed: list[Point]) -> int:
        return floor(Demand(needed, [], 4, counted=counted), within, when)

    assert wanted([*points[:-1], part]) >= wanted(points[:-1])
    assert wanted([*points[:-1], part]) <= wanted(points)


def test_a_minute_of_which_half_has_arrived_is_no_fall() -> None:
    rising = [Point(0, 4), Point(60, 8), Point(120, 12)]
    half = [*rising, Point(180, 8)]
    seen = [
        wanted_floor(Demand(each, [], 4, counted=120), Limits(2, 90), now=240, provisioning=300)
        for each in (rising, half)
    ]
    assert seen[0].floor == seen[1].floor > 12
    # As all of the demand it would be the end of the surge.
    whole = wanted_floor(Demand(half, [], 4), Limits(2, 90), now=240, provisioning=300)
    assert whole.floor < seen[0].floor
