from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from sandbox_workflows.conftest import START, FunctionError, invoke

if TYPE_CHECKING:
    from sandbox_workflows.conftest import Workshop


def wait(seconds: int, **fields: Any) -> dict[str, Any]:
    return {"Type": "Wait", "Seconds": seconds, "End": True} | fields


def branch(**states: dict[str, Any]) -> dict[str, Any]:
    return {"StartAt": next(iter(states)), "States": states}


def each(states: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"Type": "Map", "ItemProcessor": branch(**states), "End": True} | fields


def test_branches_run_at_the_same_time_and_keep_their_order(account: Workshop) -> None:
    parallel = {
        "Type": "Parallel",
        "Arguments": {"x": "{% $states.input %}"},
        "Branches": [branch(A=wait(100, Output="a")), branch(B=wait(50))],
        "End": True,
    }
    assert account.run({"Both": parallel}, 7) == ["a", {"x": 7}]
    assert account.kernel.now() == START + timedelta(seconds=100)


@pytest.mark.parametrize("error", ["States.Timeout", "Mine"])
def test_one_failure_stops_the_others_at_once(account: Workshop, error: str) -> None:
    def work(_: object) -> None:
        account.kernel.sleep(60)
        raise FunctionError("Mine")

    account.function("f", work)
    limit = 30 if error == "States.Timeout" else 90
    rule = {"ErrorEquals": [error], "Output": "{% $states.errorOutput.Error %}", "Next": "End"}
    parallel = {
        "Type": "Parallel",
        "Branches": [
            branch(A=invoke("f", TimeoutSeconds=limit)),
            branch(B=wait(10_000, End=None, Next="C") | {"End": False}, C={"Type": "Succeed"}),
        ],
        "Catch": [rule],
        "Next": "End",
    }
    del parallel["Branches"][1]["States"]["B"]["End"]
    assert account.run({"Both": parallel, "End": {"Type": "Succeed"}}) == error
    assert account.kernel.now() == START + timedelta(seconds=min(limit, 60))
    types = [event["type"] for event in account.history(account.last)]
    account.kernel.advance(20_000)
    assert [event["type"] for event in account.history(account.last)] == types
    assert "ParallelStateFailed" in types


def test_branches_see_outer_variables_and_cannot_assign_them(account: Workshop) -> None:
    first = {"Type": "Pass", "Assign": {"n": 1}, "Next": "Both"}
    inner = {"Type": "Pass", "Assign": {"m": "{% $n + 1 %}"}, "Next": "Tell"}
    tell = {"Type": "Succeed", "Output": "{% $m %}"}
    parallel = {"Type": "Parallel", "Branches": [branch(In=inner, Tell=tell)], "End": True}
    assert account.run({"Set": first, "Both": parallel}) == [2]
    inner["Assign"] = {"n": 2}
    tell["Output"] = "{% $n %}"
    with pytest.raises(Exception, match="belongs to an outer scope"):
        account.run({"Set": first, "Both": parallel})


def test_a_map_runs_so_many_at_a_time(account: Workshop) -> None:
    states = {"Each": each({"W": wait(10)}, MaxConcurrency=2)}
    assert account.run(states, [1, 2, 3, 4, 5]) == [1, 2, 3, 4, 5]
    assert account.kernel.now() == START + timedelta(seconds=30)


def test_a_map_of_a_thousand_items_one_by_one(account: Workshop) -> None:
    states = {"Each": each({"P": {"Type": "Pass", "End": True}}, MaxConcurrency=1)}
    assert account.run(states, list(range(1000))) == list(range(1000))


def test_an_item_selector_sees_item_index_and_the_maps_input(account: Workshop) -> None:
    selector = {
        "i": "{% $states.context.Map.Item.Index %}",
        "v": "{% $states.context.Map.Item.Value %}",
        "all": "{% $count($states.input.items) %}",
    }
    items = "{% $states.input.items %}"
    states = {"Each": each({"P": {"Type": "Succeed"}}, Items=items, ItemSelector=selector)}
    assert account.run(states, {"items": ["x", None]}) == [
        {"i": 0, "v": "x", "all": 2},
        {"i": 1, "v": None, "all": 2},
    ]


def test_a_map_over_nothing_gives_nothing(account: Workshop) -> None:
    assert account.run({"Each": each({"P": {"Type": "Succeed"}})}, []) == []


def test_a_map_over_what_is_no_array_fails(account: Workshop) -> None:
    result = account.run({"Each": each({"P": {"Type": "Succeed"}})}, {"a": 1})
    assert result.startswith("FAILED States.QueryEvaluationError")


def test_a_failed_item_fails_the_map_which_is_tried_again(account: Workshop) -> None:
    calls: list[int] = []

    def fail_once(item: int) -> int:
        calls.append(item)
        if item == 2 and calls.count(2) == 1:
            raise FunctionError("Flaky")
        return item

    account.function("f", fail_once)
    task = invoke("f", "{% $states.input %}", Output="{% $states.result.Payload %}")
    retry = [{"ErrorEquals": ["Flaky"], "IntervalSeconds": 5}]
    assert account.run({"Each": each({"T": task}, Retry=retry)}, [1, 2]) == [1, 2]
    types = [event["type"] for event in account.history(account.last)]
    assert "MapIterationFailed" in types
    assert "MapStateFailed" not in types
