"""How soon an alarm takes the users off a version: seconds, and state transitions.

From the delivery of the alarm's event, which starts `remediate`, to the call that changes the
weights and that SageMaker accepts. Here functions run in the time that they really take, cold where
the release has not called them before; only waiting is skipped. `python -m benchmarks.alarms`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from benchmarks.dropping import BEFORE_SECONDS, GOOD, Endpoint, Unexpected
from benchmarks.figures import Figure, Figures, show
from sandbox.hosting import PRETENDING
from sandbox.testing import Sandbox

if TYPE_CHECKING:
    from datetime import datetime

    from slipway.domain.release import ReleaseRecord

MOST_SECONDS, MOST_TRANSITIONS = 5, 6
_LIMIT = 900.0
_WEIGHTS = "UpdateEndpointWeightsAndCapacities"
# The start of `remediate` is charged as a transition too.
_START = 1
# Step Functions tells moments in milliseconds, rounded down.
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Answer:
    """What became of an alarm.

    Parameters
    ----------
    seconds : float
        From the event's delivery to the accepted call, without `busy`.
    busy : float
        While SageMaker carried out another change and would have refused the call.
    transitions : int
        States of `remediate` and `release` that were entered until the call; retries count too,
        unless SageMaker was busy.
    retries : int
        How often tasks were tried again until then.
    """

    seconds: float
    busy: float
    transitions: int
    retries: int


def figures() -> Figures:
    """Measure."""
    with Sandbox(timing="wall") as sandbox:
        sandbox.account.hosting.use(PRETENDING)
        endpoint = Endpoint(sandbox, "bench", release="steps: [100], bake: 8m, replay: 0")
        endpoint.serve()
        return {
            **_told("in a bake", _in_a_bake(endpoint)),
            **_told("while SageMaker changes weights", _in_a_shift(endpoint)),
            **_told("after the promotion", _after_promotion(endpoint)),
        }


def _in_a_shift(endpoint: Endpoint) -> Answer:
    endpoint.sandbox.advance(BEFORE_SECONDS)
    endpoint.drop(GOOD)
    record = endpoint.until(lambda record: record.step >= 0)
    if endpoint.status() != "Updating":
        raise Unexpected("SageMaker was quicker with the weights than the alarm")
    answer = _ring(endpoint, record)
    endpoint.finish("rolled-back")
    return answer


def _in_a_bake(endpoint: Endpoint) -> Answer:
    endpoint.drop(GOOD)
    answer = _ring(endpoint, endpoint.until(lambda record: record.bake))
    endpoint.finish("rolled-back")
    return answer


def _after_promotion(endpoint: Endpoint) -> Answer:
    endpoint.sandbox.advance(BEFORE_SECONDS)
    endpoint.drop(GOOD)
    return _ring(endpoint, endpoint.finish("succeeded"))


def _ring(endpoint: Endpoint, record: ReleaseRecord) -> Answer:
    sandbox, already = endpoint.sandbox, len(endpoint.sandbox.account.gateway.records)
    name = next(each for each in record.made["alarms"] if each.endswith("/server-errors"))
    sandbox.client("cloudwatch").set_alarm_state(
        AlarmName=name, StateValue="ALARM", StateReason="benchmark"
    )
    began, was_busy = sandbox.kernel.now(), endpoint.status() != "InService"
    free: list[datetime] = []
    endpoint.hosting.lifecycle.on_serving.append(lambda _: free.append(sandbox.kernel.now()))
    sandbox.run_until(lambda: _accepted(sandbox, already), limit=_LIMIT)
    remedy, accepted = sandbox.executions("Remediate")[0], _accepted(sandbox, already)
    if accepted is None or remedy["startDate"] < began - _MILLISECOND:
        raise Unexpected(f"Alarm {name} started no `remediate`")
    delivered = remedy["startDate"]
    busy = max((free[0] - delivered).total_seconds(), 0.0) if was_busy else 0.0
    arns = (remedy["executionArn"], record.execution)
    kinds = [kind for arn in arns for kind in _history(sandbox, arn, delivered, accepted)]
    states = sum(kind.endswith("StateEntered") for kind in kinds)
    retries = max(kinds.count("TaskScheduled") - kinds.count("TaskStateEntered"), 0)
    seconds = (accepted - delivered).total_seconds() - busy
    return Answer(seconds, busy, _START + states + (0 if busy else retries), retries)


def _accepted(sandbox: Sandbox, already: int) -> datetime | None:
    calls = sandbox.account.gateway.records[already:]
    fine = (each.time for each in calls if each.operation == _WEIGHTS and each.error is None)
    return next(fine, None)


def _history(sandbox: Sandbox, execution: str, since: datetime, until: datetime) -> list[str]:
    """Return the types of an execution's events between two moments."""
    pages = sandbox.client("stepfunctions").get_paginator("get_execution_history")
    return [
        str(event["type"])
        for page in pages.paginate(executionArn=execution)
        for event in page["events"]
        if since <= event["timestamp"] <= until
    ]


def _told(when: str, answer: Answer) -> Figures:
    waited = f"beside {answer.busy:.0f} s in which SageMaker was busy" if answer.busy else ""
    again = f", beside {answer.retries} retries while it was busy" if answer.busy else ""
    seconds, taken = round(answer.seconds, 2), answer.transitions
    return {
        f"alarm {when}, event to accepted weights": Figure.at_most(
            seconds, "s", MOST_SECONDS, waited
        ),
        f"alarm {when}, transitions until then": Figure.at_most(
            taken, "transitions", MOST_TRANSITIONS, f"remediate and release{again}"
        ),
    }


if __name__ == "__main__":
    show(figures())
