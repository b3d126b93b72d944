"""A release that begins beside what serves: what is true before it changes the endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from slipway.errors import EndpointBusy, EndpointMissing, NameTaken
from slipway.ports import TokenBook
from slipway.usecases.hold_lease import HeldBook, hold_lease
from slipway.usecases.rollout import TOKEN_SECONDS, Rollout

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from slipway.domain.release import LiveRelease
    from slipway.ports import EndpointReader, EndpointState
    from slipway.usecases.reference import ReleaseRef


class BesideBook(HeldBook, TokenBook, Protocol):
    """The parts of the ledger that such a beginning touches."""


class Beside(NamedTuple):
    """The release, what serves, and the endpoint as it is.

    Parameters
    ----------
    left : sequence of str
        Releases that could not be cleared away so far.
    """

    rollout: Rollout
    live: LiveRelease
    state: EndpointState
    left: Sequence[str]

    def require_changeable(self) -> None:
        """Demand an endpoint that is as Slipway left it, and takes a change.

        Raises
        ------
        EndpointBusy
            If SageMaker changes it right now.
        NameTaken
            If it serves something else than what is live.
        """
        name, state = self.rollout.release.endpoint, self.state
        if state.status != "InService":
            raise EndpointBusy(f"Endpoint {name} is {state.status} and takes no change")
        if state.config != self.live.config and self.left:
            raise NameTaken(
                f"Endpoint {name} still serves {state.config}: release {', '.join(self.left)} "
                "could not be cleared away so far, which is tried again; `slipway status` tells why"
            )
        if state.config != self.live.config:
            raise NameTaken(
                f"Endpoint {name} serves {state.config} instead of {self.live.config}, which "
                "Slipway put there: bring that back, or delete the endpoint and drop again"
            )


def begin_beside(
    ref: ReleaseRef, token: str, *, ledger: BesideBook, endpoints: EndpointReader, now: datetime
) -> Beside:
    """Store the task token and look at what the release begins beside.

    Raises
    ------
    CanaryFailed, ReleaseAborted
        If the release was condemned.
    EndpointMissing
        If the endpoint is gone.
    """
    record = hold_lease(ref, ledger=ledger, now=now.isoformat())
    ledger.store_token(ref.endpoint, ref.release, token, int(now.timestamp()) + TOKEN_SECONDS)
    rollout = Rollout.read(ref, ledger)
    rollout.require_uncondemned()
    state = endpoints.describe(ref.endpoint)
    if record.live is None or state is None:
        raise EndpointMissing(f"Endpoint {ref.endpoint} no longer serves what it was planned for")
    return Beside(rollout, record.live, state, record.abandoned)
