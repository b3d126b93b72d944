from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from slipway.domain.capacity.claims import (
    Claim,
    Limits,
    bounds,
    drop,
    extend,
    of_source,
    prune,
    put,
)

# The machine may be busy with something else.
UNHURRIED = settings(deadline=None)
NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
SOURCES = ("release", "burst", "event:sale", "event:match", "rest")


def moment(minutes: float) -> str:
    return (NOON + timedelta(minutes=minutes)).isoformat()


def claim(source: str = "burst", floor: int = 5, ends: int = 15, ceiling: int = 0) -> Claim:
    return Claim(source, floor, moment(ends), moment(0), ceiling)


ENDS = st.one_of(st.just(""), st.integers(-60, 60).map(moment))
CLAIMS = st.builds(
    Claim,
    source=st.sampled_from(SOURCES),
    floor=st.integers(0, 40),
    until=ENDS,
    since=st.just(moment(0)),
    ceiling=st.integers(0, 40),
)
MANY = st.lists(CLAIMS, max_size=6).map(tuple)
SPEC = st.tuples(st.integers(1, 20), st.integers(0, 20)).map(lambda pair: (pair[0], sum(pair)))


@UNHURRIED
@given(MANY, SPEC)
def test_no_claim_leads_out_of_the_spec(claims: tuple[Claim, ...], spec: tuple[int, int]) -> None:
    fewest, most = spec
    limits = bounds(claims, fewest, most, NOON)
    assert fewest <= limits.fewest <= limits.most <= most


@UNHURRIED
@given(MANY, SPEC)
def test_the_highest_claim_wins_as_far_as_the_spec_allows(
    claims: tuple[Claim, ...], spec: tuple[int, int]
) -> None:
    wanted = max((each.floor for each in claims if each.lasts(NOON)), default=0)
    assert bounds(claims, *spec, NOON).fewest == max(spec[0], min(wanted, spec[1]))


@UNHURRIED
@given(MANY, CLAIMS, SPEC)
def test_one_more_claim_never_lowers_the_floor(
    claims: tuple[Claim, ...], another: Claim, spec: tuple[int, int]
) -> None:
    before = bounds(claims, *spec, NOON)
    assert bounds((*claims, another), *spec, NOON).fewest >= before.fewest


@UNHURRIED
@given(MANY, SPEC)
def test_what_is_over_and_the_order_change_nothing(
    claims: tuple[Claim, ...], spec: tuple[int, int]
) -> None:
    assert bounds(prune(claims, NOON), *spec, NOON) == bounds(claims, *spec, NOON)
    assert bounds(claims[::-1], *spec, NOON) == bounds(claims, *spec, NOON)


@UNHURRIED
@given(MANY, SPEC, st.integers(1, 5))
def test_a_wider_spec_never_means_fewer_instances(
    claims: tuple[Claim, ...], spec: tuple[int, int], more: int
) -> None:
    fewest, most = spec
    limits, wider = bounds(claims, fewest, most, NOON), bounds(claims, fewest, most + more, NOON)
    assert wider.fewest >= limits.fewest
    assert wider.most >= limits.most


@UNHURRIED
@given(MANY, CLAIMS)
def test_a_source_has_one_claim_and_repeats_only_extend_it(
    claims: tuple[Claim, ...], again: Claim
) -> None:
    once = put(claims, again)
    twice = extend(once, again, NOON)
    assert [each.source for each in twice].count(again.source) == 1
    assert twice == once


@UNHURRIED
@given(CLAIMS, CLAIMS)
def test_extending_never_lowers_nor_shortens(first: Claim, second: Claim) -> None:
    second = Claim(first.source, second.floor, second.until, second.since)
    found = of_source(extend((first,), second, NOON), first.source)
    assert found is not None
    lasting = [each for each in (first, second) if each.lasts(NOON)]
    assert all(found.floor >= each.floor and found.lasts(NOON) for each in lasting)


def test_a_burst_that_is_over_does_not_raise_the_next_one() -> None:
    over, new = claim(floor=9, ends=-1), claim(floor=4, ends=15)
    assert extend((over,), new, NOON) == (new,)


def test_claims_of_several_sources_stand_beside_each_other() -> None:
    claims = put(put((), claim("burst", 5)), claim("event:sale", 8, ends=30))
    assert bounds(claims, 2, 10, NOON) == Limits(8, 10)
    assert bounds(drop(claims, "event:sale"), 2, 10, NOON) == Limits(5, 10)
    assert bounds(claims, 2, 10, NOON + timedelta(minutes=20)) == Limits(8, 10)
    assert bounds(claims, 2, 10, NOON + timedelta(minutes=30)) == Limits(2, 10)


def test_a_ceiling_holds_the_maximum_down_but_no_other_claim() -> None:
    falling = claim("event:sale", floor=0, ceiling=4)
    assert bounds((falling,), 2, 10, NOON) == Limits(2, 4)
    assert bounds((falling, claim("burst", 7)), 2, 10, NOON) == Limits(7, 7)


def test_a_claim_without_an_end_lasts_until_it_is_dropped() -> None:
    endless = Claim("release", 6, "", moment(0))
    assert bounds((endless,), 2, 10, NOON + timedelta(days=300)) == Limits(6, 10)
