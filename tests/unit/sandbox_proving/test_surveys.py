"""What there is to prove, each place once, and what one run may stand for."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from sandbox.proving import Brownout, CallSite, Case, Moment, Survey, Verdict
from sandbox.proving.brownout import is_made_up_for

JUDGE, WORKFLOW = "slipway-JudgeRole", "slipway-ReleaseStateMachineRole"


def calls(operation: str, times: int, role: str = JUDGE) -> list[CallSite]:
    return [CallSite(role, "dynamodb", operation, nth) for nth in range(times)]


def survey(*sites: CallSite, moments: list[Moment] | None = None) -> Survey:
    return Survey(list(sites), moments or [], [], [], [], frozenset({"release"}))


def brownouts(*sites: CallSite) -> list[Any]:
    return survey(*sites).attempts()["brownouts"]


def test_what_lies_between_the_second_and_the_last_of_a_loop_is_no_place_of_its_own() -> None:
    assert [site.nth for site in survey(*calls("GetItem", 9)).distinct().calls] == [0, 1, 8]


def test_what_an_earlier_scenario_has_shown_is_not_shown_again() -> None:
    known: set[Any] = set()
    moments = [Moment("release", "Judge", 0)]
    first = survey(*calls("GetItem", 2), moments=moments).beyond(known)
    assert (len(first.calls), len(first.moments)) == (2, 1)
    second = survey(*calls("GetItem", 5), *calls("PutItem", 1), moments=moments).beyond(known)
    assert [(site.operation, site.nth) for site in second.calls] == [("GetItem", 4), ("PutItem", 0)]
    assert second.moments == []
    # A loop that turns more often has its last turn at another place, which is the same place.
    assert survey(*calls("GetItem", 7)).beyond(known).calls == []


def test_one_run_stands_for_all_calls_that_fail_alike_and_are_made_again() -> None:
    found = brownouts(*calls("GetItem", 3), *calls("PutItem", 1))
    assert {(each.kind, each.often): each.stands_for for each in found} == {
        **{
            (kind, often): 4
            for kind in ("throttled", "server error", "never arrives")
            for often in ("once", "twice")
        },
        # A change that was carried out is another thing the second time.
        ("reply lost", "once"): 3,
        ("reply lost", "twice"): 3,
    }


@pytest.mark.parametrize(
    ("case", "made_up_for"),
    [
        (Case(calls("GetItem", 1)[0], "throttled", "twice"), True),
        (Case(calls("GetItem", 1)[0], "throttled", "for ever"), False),
        (Case(calls("GetItem", 1)[0], "refused", "once"), False),
        (Case(calls("PutItem", 1)[0], "reply lost", "once"), False),
        (Case(calls("GetItem", 1, WORKFLOW)[0], "throttled", "once"), False),
    ],
    ids=str,
)
def test_clients_make_up_for_what_passes(case: Case, made_up_for: bool) -> None:
    assert is_made_up_for(case) is made_up_for


def test_every_case_is_either_run_alone_or_stood_for() -> None:
    sites = [*calls("GetItem", 3), *calls("PutItem", 2, WORKFLOW)]
    attempts = survey(*sites).attempts()
    stood_for = [case for each in attempts["brownouts"] for case in each.site.cases]
    everything = [*attempts["calls"], *stood_for]
    assert len(set(everything)) == len(everything)
    assert {case.site for case in everything} == set(sites)
    assert not any(is_made_up_for(case) for case in attempts["calls"] if isinstance(case, Case))


def test_what_does_not_hold_together_is_taken_apart_until_each_case_is_alone() -> None:
    (whole,) = (
        each
        for each in brownouts(*calls("GetItem", 2), *calls("PutItem", 1), *calls("Query", 1))
        if (each.kind, each.often) == ("throttled", "once")
    )
    alone, waiting = [], [whole]
    while waiting:
        each = waiting.pop(0)
        waiting += each.apart()
        alone += [] if isinstance(each, Brownout) else [each]
    assert alone == sorted(whole.site.cases, key=alone.index)
    assert len(alone) == len(whole.site.cases) == 4


def test_a_function_that_failed_shows_that_its_client_did_not_make_up_for_it() -> None:
    brownout = brownouts(*calls("GetItem", 1))[0]
    failed_anyway = Counter({"slipway-Inspect": 1})
    untouched = Verdict("untouched", ["succeeded"], failed=failed_anyway)
    assert brownout.objections(Verdict("x", ["succeeded"], failed=failed_anyway), untouched) == []
    worse = Verdict("x", ["succeeded"], failed=failed_anyway + Counter({"slipway-Judge": 1}))
    assert brownout.objections(worse, untouched) == ["functions failed: {'slipway-Judge': 1}"]
    assert brownout.objections(Verdict("x", ["failed"], failed=failed_anyway), untouched)
