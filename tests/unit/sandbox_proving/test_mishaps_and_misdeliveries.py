"""Which invocations, deliveries and changes are proved, and in which ways they go wrong."""

from __future__ import annotations

from sandbox.functions.runner import Invocation
from sandbox.functions.transcript import Bill
from sandbox.proving import Moment, Verdict, distinct
from sandbox.proving.crashing import crashes_of, invocations_of
from sandbox.proving.delivering import astray_of, deliveries_of
from sandbox.proving.hindering import changes_of, setbacks_of
from sandbox.proving.killing import kills_of
from sandbox.proving.stranding import strandings_of

BILL = Bill("id", 1.0, None, None, "success", None)


def invocation(name: str, calls: int) -> Invocation:
    return Invocation(f"slipway-{name}-1A2B3C", 1.0, None, None, BILL, calls)


def test_an_invocation_can_die_at_four_points_and_half_way_only_if_it_calls_anybody() -> None:
    sites = invocations_of([invocation("Judge", 3), invocation("Claim", 0), invocation("Judge", 2)])
    assert [str(site) for site in sites] == [
        "slipway-Judge #1",
        "slipway-Claim #1",
        "slipway-Judge #2",
    ]
    kinds = {site: {each.kind for each in crashes_of([site])} for site in sites}
    assert kinds[sites[0]] == {"dies first", "dies half-way", "dies unanswered", "times out"}
    assert kinds[sites[1]] == kinds[sites[0]] - {"dies half-way"}
    assert {each.often for each in crashes_of(sites)} == {"once", "twice", "for ever"}


def test_deliveries_are_counted_whatever_the_endpoint_is_called() -> None:
    sites = deliveries_of(["schedule slipway-e01.judge", "event of rule r"] * 2, "e01")
    assert [str(site) for site in sites] == [
        "schedule slipway-{endpoint}.judge #1",
        "event of rule r #1",
        "schedule slipway-{endpoint}.judge #2",
        "event of rule r #2",
    ]


def test_what_comes_twice_is_harmless_and_what_comes_late_need_not_be() -> None:
    attempts = astray_of(deliveries_of(["event of rule r"], "e01"))
    other, untouched = Verdict("x", ["failed"]), Verdict("untouched", ["succeeded"])
    harmless = {each.kind for each in attempts if each.objections(other, untouched)}
    assert harmless == {"twice", "twice, once late"}
    assert {each.kind for each in attempts} - harmless == {"late", "overtaken"}
    assert not any(each.objections(untouched, untouched) for each in attempts)


def test_who_is_killed_comes_to_the_same_in_the_end_and_needs_no_person() -> None:
    kills = kills_of(
        [Moment("arn:aws:states:r:1:stateMachine:slipway-ReleaseStateMachine", "A", 2)]
    )
    assert [str(each) for each in kills] == [
        "slipway-Release killed in A #3 left to recovery",
        "slipway-Release killed in A #3 redriven",
    ]
    untouched = Verdict("untouched", ["succeeded"])
    for kill in kills:
        assert kill.objections(Verdict("x", ["failed", "succeeded"]), untouched) == []
        assert kill.objections(Verdict("x", ["succeeded", "failed"]), untouched)
        assert kill.objections(Verdict("x", ["succeeded"], redriven=1), untouched)


def test_changes_of_other_endpoints_do_not_count() -> None:
    sites = changes_of(["e01", "e02", "e01"], "e01")
    assert [site.nth for site in sites] == [0, 1]
    assert {each.kind for each in setbacks_of(sites)} == {
        "no capacity",
        "no answer to pings",
        "slow",
    }
    (once, _) = strandings_of(sites)
    assert str(once) == "change #1 of the endpoint way back fails once"


def test_the_invocations_between_the_second_and_the_last_are_the_same_again() -> None:
    sites = invocations_of([invocation("Judge", 3)] * 9)
    assert [site.nth for site in distinct(sites)] == [0, 1, 8]
    last = crashes_of(distinct(sites))[-1]
    earlier = last.earlier()
    assert earlier is not None
    assert (earlier.site.nth, earlier.kind, earlier.often) == (4, last.kind, last.often)
