from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import settings as tuned
from hypothesis import strategies as st

from slipway.domain.capacity.burst import Point
from slipway.domain.capacity.claims import Claim, bounds
from slipway.domain.capacity.event_floor import (
    claim_for,
    usual_demand,
    wanted_instances,
    week_before,
)
from slipway.domain.capacity.events import Announced, lead_time, moments, name_of
from slipway.domain.capacity.way_down import Load, Look, follow_down, load_of
from slipway.domain.spec import InvalidSpec, parse_spec

if TYPE_CHECKING:
    from collections.abc import Sequence

# The machine may be busy with something else.
UNHURRIED = tuned(deadline=None)
NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def settings(**event: Any) -> str:
    values = {"name": "Sale", "from": "2026-11-27T12:00", "until": "2026-11-27T13:00", **event}
    if not {"floor", "factor"} & set(event):
        values["floor"] = 8
    listed = ", ".join(f"{key}: {value}" for key, value in values.items())
    return f"scaling: {{max: 10, events: [{{{listed}}}]}}"


def announced(**event: Any) -> Announced:
    (found,) = parse_spec(settings(**event).encode()).scaling.events
    return Announced.of(found)


# --- what may be announced ------------------------------------------------------------------------


def test_an_event_begins_and_ends_by_the_clocks_of_its_zone() -> None:
    event = announced(timezone="America/New_York")
    assert event.begin == "2026-11-27T17:00:00+00:00"
    assert event.until == "2026-11-27T18:00:00+00:00"


@pytest.mark.parametrize(
    ("zone", "moment", "gap"),
    [
        ("Europe/Berlin", "2026-03-29T02:30", "02:00 to 03:00"),
        ("America/New_York", "2026-03-08T02:00", "02:00 to 03:00"),
    ],
)
@pytest.mark.parametrize("field", ["from", "until"])
def test_a_time_that_the_clocks_skip_is_refused(
    zone: str, moment: str, gap: str, field: str
) -> None:
    other = {"from": ("until", "2026-04-01T00:00"), "until": ("from", "2026-03-01T00:00")}[field]
    text = settings(timezone=zone, **{field: moment, other[0]: other[1]})
    with pytest.raises(InvalidSpec, match=f"{moment} does not exist in {zone}.*{gap}"):
        parse_spec(text.encode())


def test_what_autumn_repeats_begins_at_the_first_and_ends_at_the_second_time() -> None:
    event = announced(
        timezone="Europe/Berlin", **{"from": "2026-10-25T02:10", "until": "2026-10-25T02:50"}
    )
    assert event.begin == "2026-10-25T00:10:00+00:00"
    assert event.until == "2026-10-25T01:50:00+00:00"


def test_no_event_leads_above_the_maximum() -> None:
    with pytest.raises(InvalidSpec, match="`Sale` wants 11 instances and `max` allows 10"):
        parse_spec(settings(floor=11).encode())


def test_an_event_is_the_same_after_its_way_through_a_schedule() -> None:
    event = announced(factor=2.5)
    assert Announced.from_dict(event.as_dict()) == event
    assert name_of(event.fingerprint) == "Sale"
    assert event.fingerprint != announced(factor=2.6).fingerprint


# --- when -----------------------------------------------------------------------------------------


def test_instances_are_claimed_ahead_by_the_time_that_they_took() -> None:
    event = announced()
    found = moments(event, [280, 400, 310], NOON - 24 * HOUR)
    assert found is not None
    assert found.claim == NOON - timedelta(seconds=400 * 1.1 + 60)
    assert (found.end, found.gone) == (NOON + HOUR, NOON + 3 * HOUR)


def test_without_a_measurement_eight_minutes_and_a_margin_are_counted_on() -> None:
    assert timedelta(minutes=8) < lead_time([]) <= timedelta(minutes=10)


def test_an_event_that_is_over_is_ignored_and_one_that_runs_is_claimed_soon() -> None:
    assert moments(announced(), [], NOON + HOUR) is None
    running = moments(announced(), [], NOON + 30 * MINUTE)
    assert running is not None
    assert running.claim == NOON + 31 * MINUTE


@UNHURRIED
@given(st.lists(st.integers(30, 3600), max_size=5), st.integers(-5000, 59))
def test_a_claim_is_never_in_the_past_nor_later_than_the_measured_time_allows(
    measured: list[int], minutes: int
) -> None:
    now = NOON + minutes * MINUTE
    found = moments(announced(), measured, now)
    assert found is not None
    assert (
        now
        < found.claim
        <= max(NOON - timedelta(seconds=max(measured, default=480)), now) + (MINUTE)
    )
    assert found.claim <= found.end <= found.gone


# --- how many -------------------------------------------------------------------------------------


def test_a_factor_counts_from_the_busiest_usual_hour_of_the_event() -> None:
    event = announced(factor=10, **{"until": "2026-11-27T14:00"})
    begin, end = week_before(NOON)
    hours = {begin + number * HOUR: 600.0 for number in range(7 * 24)}
    assert end == NOON
    for day in range(7):
        hours[begin + timedelta(days=day, hours=1)] = 60_000.0  # 13:00, within the event
        hours[begin + timedelta(days=day, hours=4)] = 900_000.0  # 16:00, outside
    usual = usual_demand(hours, event)
    assert usual == 1000
    assert wanted_instances(event, usual / 600) == 17


def test_without_a_measured_week_nothing_is_called_usual() -> None:
    assert usual_demand({}, announced()) is None
    assert usual_demand({NOON - 5 * HOUR: 10.0}, announced()) is None


@UNHURRIED
@given(st.floats(0.1, 100), st.floats(0, 500), st.floats(0, 500))
def test_more_usual_demand_never_means_fewer_instances(
    factor: float, one: float, other: float
) -> None:
    event = Announced("Sale", "", "", factor=factor)
    low, high = sorted((one, other))
    assert 1 <= wanted_instances(event, low) <= wanted_instances(event, high)


def test_a_floor_is_a_floor_whatever_is_usual() -> None:
    assert wanted_instances(announced(floor=7), 100.0) == 7


# --- and down again -------------------------------------------------------------------------------

OVER = NOON + HOUR
HELD = Claim("event:Sale", 8, OVER.isoformat(), NOON.isoformat())


def follow(
    loads: Sequence[float | None], *, fewest: int = 2, first: Claim | None = HELD
) -> list[Look]:
    looks, claim = [], first
    for minute, load in enumerate(loads):
        seen = None if load is None else Load(load)
        looks.append(follow_down(announced(), claim, seen, fewest, OVER + minute * MINUTE))
        claim = looks[-1].claim
    return looks


def ceilings(looks: list[Look]) -> list[int]:
    return [look.claim.ceiling if look.claim else 0 for look in looks]


def test_the_maximum_comes_down_with_the_demand_and_is_restored_at_the_minimum() -> None:
    looks = follow([8.0, 7.0, 6.1, 5.0, 3.0, 1.0, 1.0])
    assert ceilings(looks) == [8, 8, 7, 5, 3, 2, 0]
    assert "fewest" in looks[-1].reason


def test_the_maximum_is_restored_when_the_demand_stays() -> None:
    looks = follow([5.0] * 17)
    assert ceilings(looks) == [5] * 15 + [0] * 2
    assert "steady" in looks[15].reason


def test_the_maximum_is_restored_at_once_when_the_demand_rises_again() -> None:
    looks = follow([5.0, 9.0])
    assert ceilings(looks) == [5, 0]
    assert "rises again" in looks[1].reason


def test_a_minute_without_a_measurement_moves_nothing() -> None:
    looks = follow([None, 5.0, None])
    assert ceilings(looks) == [0, 5, 5]
    assert looks[2].claim == looks[1].claim
    # The event's own floor is over, and nothing is held down yet.
    assert looks[0].claim is not None
    assert bounds((looks[0].claim,), 2, 10, OVER) == (2, 10)


def test_nothing_is_held_down_for_more_than_two_hours() -> None:
    falling = Claim("event:Sale", 0, "", (OVER + 2 * HOUR - MINUTE).isoformat(), 5)
    assert follow_down(announced(), falling, Load(4.0), 2, OVER + 2 * HOUR).claim is None


def test_what_was_restored_stays_so() -> None:
    assert follow([5.0], first=None)[0].claim is None


LOADS = st.lists(st.floats(0, 60), min_size=1, max_size=40)


@UNHURRIED
@given(LOADS, st.integers(1, 6))
def test_the_maximum_is_never_below_the_demand_nor_the_minimum(
    loads: list[float], fewest: int
) -> None:
    for load, look in zip(loads, follow(loads, fewest=fewest), strict=True):
        if look.claim is None:
            return
        assert look.claim.ceiling >= max(ceil(load), fewest)
        limits = bounds((look.claim,), fewest, 70, OVER)
        assert limits.fewest == fewest
        assert limits.most >= min(ceil(load), 70)


@UNHURRIED
@given(st.floats(5, 60), st.lists(st.floats(-0.02, 0.02), min_size=2, max_size=14))
def test_noise_does_not_move_the_maximum_up_and_down(load: float, noise: list[float]) -> None:
    found = ceilings(follow([load * (1 + each) for each in noise]))
    lowest = found.index(min(found))
    assert found[:lowest] == sorted(found[:lowest], reverse=True)
    assert found[lowest:] == sorted(found[lowest:])


@UNHURRIED
@given(LOADS)
def test_a_demand_that_only_falls_only_lowers_the_maximum(loads: list[float]) -> None:
    falling = [each for each in ceilings(follow(sorted(loads, reverse=True))) if each]
    assert falling == sorted(falling, reverse=True)


def seen(*minutes: float) -> Load | None:
    return load_of([Point(60.0 * each, value) for each, value in enumerate(minutes)], 60.0 * 5)


def test_a_demand_falls_when_two_minutes_lost_more_than_noise() -> None:
    assert seen() is None
    assert seen(50.0) == Load(50.0)
    # Two and a half minutes after the newest one: three hundredths of a minute are more than noise.
    assert seen(53.2, 51.6, 50.0) == Load(50.0, falling=True)
    assert seen(50.6, 50.3, 50.0) == Load(50.3)
    assert seen(51.0, 53.0, 50.0) == Load(53.0)
    assert seen(53.0, 50.0, 50.0) == Load(50.0)


@UNHURRIED
@given(st.floats(5, 60), st.lists(st.floats(-0.009, 0.009), min_size=3, max_size=3))
def test_noise_is_no_fall(load: float, noise: list[float]) -> None:
    found = seen(*(load * (1 + each) for each in noise))
    assert found is not None
    assert not found.falling


def test_while_the_demand_falls_it_is_less_by_now_but_no_guess_takes_a_small_fleet_apart() -> None:
    def ceiling(load: float) -> int:
        look = follow_down(announced(), HELD, Load(load, falling=True), 2, OVER)
        return ceilings([look])[0]

    assert [ceiling(load) for load in (50.0, 30.0, 21.0, 20.0, 7.2)] == [48, 29, 20, 20, 8]


def test_the_claim_of_an_event_lasts_until_its_end() -> None:
    claim = claim_for(announced(), 8, NOON - 10 * MINUTE)
    assert (claim.source, claim.floor) == ("event:Sale", 8)
    assert claim.lasts(OVER - MINUTE)
    assert not claim.lasts(OVER)
