"""Make an endpoint again that sleeps."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from slipway.errors import CapacityRefused, EndpointBusy
from slipway.ports import EndpointBook, EndpointReader, TokenBook
from slipway.usecases.hold_rest import hold_rest
from slipway.usecases.rollout import TOKEN_SECONDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.capacity.rest import Asleep
    from slipway.ports import Clock, EndpointState, Waker
    from slipway.usecases.reference import ReleaseRef

_FAILED = frozenset({"Failed", "OutOfService", "UpdateRollbackFailed"})
_MOVING = frozenset({"Creating", "Updating", "SystemUpdating", "RollingBack"})


class WakingBook(EndpointBook, TokenBook, Protocol):
    """The parts of the ledger that waking touches."""


class EndpointWaker(EndpointReader, Protocol):
    """Makes endpoints again."""

    def create_endpoint(self, endpoint: str, config: str, tags: Mapping[str, str]) -> bool:
        """Create an endpoint; False if it exists with that configuration."""

    def update_endpoint(self, endpoint: str, config: str) -> None:
        """Change the configuration, keeping the counts that scaling reached."""

    def set_count(self, endpoint: str, variant: str, count: int) -> None:
        """Change the count of one variant; raise EndpointBusy during a change."""

    def delete_endpoint(self, endpoint: str) -> None:
        """Delete an endpoint; one that is gone is no error."""


def wake_endpoint(  # noqa: PLR0913 - the ports
    ref: ReleaseRef,
    token: str,
    *,
    ledger: WakingBook,
    endpoints: EndpointWaker,
    waker: Waker,
    clock: Clock,
) -> None:
    """Store the task token, then ask SageMaker for what is missing of the endpoint.

    First the endpoint with its configuration and tags, then the counts that it had; what failed
    is deleted before. What serves already with too few instances is not: it goes on serving while
    it moves to another type. May be repeated.

    Raises
    ------
    CapacityRefused
        If AWS has no instances of this type; the workflow tries another one.
    EndpointBusy
        While a failed endpoint is being deleted; the workflow tries again.
    """
    now = clock.now()
    record = hold_rest(ref, ledger=ledger, now=now.isoformat())
    ledger.store_token(ref.endpoint, ref.release, token, int(now.timestamp()) + TOKEN_SECONDS)
    state = endpoints.describe(ref.endpoint)
    if state is None and record.asleep:
        # Before it is asked: what is refused now is asked for again, and the last time counts.
        asleep = replace(record.asleep, asked=now.isoformat(), took=0)
        ledger.write_endpoint(replace(record, asleep=asleep))
    asked = record.asleep is not None and _ask(ref.endpoint, record.asleep, state, endpoints)
    if asked:
        ledger.arm_token(ref.endpoint, token)
    else:
        waker.wake(token)


def _ask(name: str, asleep: Asleep, state: EndpointState | None, endpoints: EndpointWaker) -> bool:
    """Ask for what is missing; False if nothing is."""
    if state is None:
        endpoints.create_endpoint(name, asleep.config, asleep.snapshot["tags"])
        return True
    if state.status in _FAILED:
        endpoints.delete_endpoint(name)
        raise EndpointBusy(f"Endpoint {name} failed and is being deleted")
    if state.status == "Deleting":
        raise EndpointBusy(f"Endpoint {name} is being deleted")
    if state.status in _MOVING:
        return True
    if state.config != asleep.config and asleep.serves:
        endpoints.update_endpoint(name, asleep.config)
        return True
    return _resize(name, asleep, state, endpoints)


def _resize(name: str, asleep: Asleep, state: EndpointState, endpoints: EndpointWaker) -> bool:
    for variant, count in shortfall(asleep, state).items():
        try:
            endpoints.set_count(name, variant, count)
        except CapacityRefused:
            return False  # it serves with what there is, and scaling asks for more
        return True
    return False


def shortfall(asleep: Asleep, state: EndpointState) -> dict[str, int]:
    """Return the counts that variants had and have not been asked for."""
    counts = asleep.snapshot["counts"]
    return {
        each.name: int(counts[each.name])
        for each in state.variants
        if each.desired_count != int(counts.get(each.name, each.desired_count))
    }
