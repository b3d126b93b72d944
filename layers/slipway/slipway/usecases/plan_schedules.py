"""Everything that has to happen to an endpoint at its own times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slipway.domain.capacity.calendar import SleepCalendar
from slipway.usecases.apply_floor import FloorBook, apply_floor
from slipway.usecases.pinned_spec import pin_spec
from slipway.usecases.plan_events import plan_events
from slipway.usecases.plan_looks import plan_looks
from slipway.usecases.plan_sleep import plan_sleep, remember_sleep

if TYPE_CHECKING:
    from slipway.domain.spec import EndpointSpec
    from slipway.ports import Bounds, Clock, EndpointReader, RecurringSchedules, TextStore
    from slipway.usecases.reference import ReleaseRef


@dataclass(frozen=True, slots=True)
class Calls:
    """What schedules call.

    Parameters
    ----------
    hold_event : str
        ARN of the function that holds events.
    rest : str
        ARN of the workflow that puts to sleep and wakes.
    drift : str
        ARN of the workflow that looks at the traffic.
    """

    hold_event: str
    rest: str
    drift: str


def plan_schedules(  # noqa: PLR0913 - the ports
    endpoint: str,
    spec: EndpointSpec,
    calls: Calls,
    *,
    ledger: FloorBook,
    endpoints: EndpointReader,
    bounds: Bounds,
    schedules: RecurringSchedules,
    clock: Clock,
) -> dict[str, Any]:
    """Make the schedules that the settings ask for, and take away all others; may be repeated."""
    planned = plan_events(
        endpoint,
        spec.scaling.events,
        ledger=ledger,
        schedules=schedules,
        function=calls.hold_event,
        clock=clock,
    )
    if planned.dropped:
        apply_floor(endpoint, ledger=ledger, endpoints=endpoints, bounds=bounds, clock=clock)
    calendar = SleepCalendar.of(spec.sleep) if spec.sleep else None
    remember_sleep(endpoint, calendar, ledger=ledger)
    plan_sleep(endpoint, calendar, schedules=schedules, machine=calls.rest)
    looks = spec.drift.schedule if spec.drift.sampling else None
    plan_looks(endpoint, looks, schedules=schedules, machine=calls.drift)
    return {"events": list(planned.names)}


def plan_live_schedules(  # noqa: PLR0913 - the ports
    ref: ReleaseRef,
    calls: Calls,
    *,
    ledger: FloorBook,
    store: TextStore,
    endpoints: EndpointReader,
    bounds: Bounds,
    schedules: RecurringSchedules,
    clock: Clock,
) -> dict[str, Any]:
    """Plan what the settings of a release say that has just begun to serve.

    Another release that serves by now has planned its own.
    """
    release = ledger.read_release(ref.endpoint, ref.release)
    live = ledger.read_endpoint(ref.endpoint).live
    if live is None or live.release != ref.release:
        return {"events": [], "planned": False}
    spec, _ = pin_spec(release, store)
    planned = plan_schedules(
        ref.endpoint,
        spec,
        calls,
        ledger=ledger,
        endpoints=endpoints,
        bounds=bounds,
        schedules=schedules,
        clock=clock,
    )
    return {**planned, "planned": True}
