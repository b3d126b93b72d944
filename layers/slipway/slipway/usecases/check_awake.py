"""Compare what SageMaker made with what slept."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from slipway.domain.scaling import resource_id
from slipway.domain.shortening import shorten
from slipway.errors import CapacityRefused, EndpointFailed, NameTaken
from slipway.usecases.check_endpoint import LOG_LINES, LONGEST_LINE
from slipway.usecases.fall_back import type_of, types_left
from slipway.usecases.refused_capacity import is_capacity
from slipway.usecases.wake_endpoint import shortfall

if TYPE_CHECKING:
    from slipway.domain.capacity.rest import Asleep
    from slipway.domain.lease import EndpointRecord
    from slipway.ports import Clock, ContainerLog, EndpointBook, EndpointReader, EndpointState
    from slipway.usecases.reference import ReleaseRef

_MOVING = frozenset({"Creating", "Updating", "SystemUpdating", "RollingBack"})


class Look(NamedTuple):
    """How far the endpoint is.

    `missing`: it is to be asked for (again). `short`: it serves with other counts than it had.
    `untouched`: it does not sleep, nothing of it went.

    Parameters
    ----------
    short : str
        Which instances are missing, in words; empty if none are.
    elsewhere : bool
        Whether it has fewer than scaling allows, and another instance type may have more.
    """

    verdict: Literal["serving", "waiting", "missing", "short", "untouched"]
    status: str
    short: str = ""
    elsewhere: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for the workflow."""
        return self._asdict()


def check_awake(
    ref: ReleaseRef,
    *,
    ledger: EndpointBook,
    endpoints: EndpointReader,
    log: ContainerLog,
    clock: Clock,
) -> Look:
    """Tell whether the endpoint serves as it did before it slept.

    Raises
    ------
    CapacityRefused, EndpointFailed
        With SageMaker's reason, and the end of the container's log where there is one.
    NameTaken
        If somebody made an endpoint of this name meanwhile.
    """
    record = ledger.read_endpoint(ref.endpoint)
    asleep = record.asleep
    state = endpoints.describe(ref.endpoint)
    if asleep is None:
        return Look("untouched", state.status if state else "missing")
    if state is None or state.status == "Deleting":
        return Look("missing", state.status if state else "missing")
    if state.config != asleep.config and not asleep.serves:
        raise NameTaken(
            f"Endpoint {ref.endpoint} serves {state.config} instead of {asleep.config}: somebody "
            "made it while it slept; delete it, and it wakes as it was"
        )
    if state.status in _MOVING:
        return Look("waiting", state.status)
    if state.config != asleep.config:
        raise CapacityRefused(
            f"SageMaker did not move {ref.endpoint} to {type_of(asleep)}: "
            f"{state.failure or 'it gives no reason'}"
        )
    if state.status != "InService":
        raise _failed(ref.endpoint, asleep, state, log)
    if any(each.current_count < max(1, each.desired_count) for each in state.variants):
        return Look("waiting", state.status)
    _measure(record, asleep, ledger, clock)
    if not shortfall(asleep, state):
        return Look("serving", state.status)
    elsewhere = bool(_below_limits(ref.endpoint, asleep, state) and types_left(asleep))
    return Look("short", state.status, _missing(asleep, state), elsewhere)


def _measure(record: EndpointRecord, asleep: Asleep, ledger: EndpointBook, clock: Clock) -> None:
    """Note how long the instances took, once: refusals and tests do not belong to it."""
    if asleep.asked and not asleep.took:
        seconds = (clock.now() - datetime.fromisoformat(asleep.asked)).total_seconds()
        ledger.write_endpoint(replace(record, asleep=replace(asleep, took=max(round(seconds), 1))))


def _missing(asleep: Asleep, state: EndpointState) -> str:
    wanted = shortfall(asleep, state)
    few = [each for each in state.variants if each.desired_count < wanted.get(each.name, 0)]
    return ", ".join(
        f"{each.desired_count} of {wanted[each.name]} instances of {each.name}" for each in few
    )


def _below_limits(endpoint: str, asleep: Asleep, state: EndpointState) -> bool:
    """Tell whether a variant has fewer instances than scaling kept when the endpoint went."""
    least = {str(each["ResourceId"]): each["MinCapacity"] for each in asleep.snapshot["targets"]}
    return any(
        each.desired_count < least.get(resource_id(endpoint, each.name), 0)
        for each in state.variants
    )


def _failed(
    endpoint: str, asleep: Asleep, state: EndpointState, log: ContainerLog
) -> CapacityRefused | EndpointFailed:
    reason = state.failure or f"SageMaker gives no reason; the status is {state.status}"
    if is_capacity(reason):
        return CapacityRefused(f"AWS has not enough capacity to wake {endpoint}: {reason}")
    lines = [
        shorten(line, LONGEST_LINE)
        for variant in asleep.snapshot["counts"]
        for line in log.last_lines(endpoint, variant, LOG_LINES)
    ]
    tail = ["The last lines of the container's log:", *lines] if lines else []
    return EndpointFailed("\n".join([reason, *tail]))
