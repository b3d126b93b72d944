"""Make what serves the model: model, configuration, endpoint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from slipway.domain.capacity.claims import REFUSED, drop
from slipway.domain.hosting_requests import endpoint_config_request, model_request, release_tags
from slipway.domain.plan import ReleasePlan
from slipway.domain.scaling import resource_id
from slipway.errors import EndpointBusy, NameTaken, PlanOutdated
from slipway.ports import (
    AcceptedReader,
    Clock,
    EndpointMaker,
    EndpointState,
    LogGroups,
    Scaling,
    TokenBook,
)
from slipway.usecases.change_claims import change_claims
from slipway.usecases.hold_lease import HeldBook, hold_lease
from slipway.usecases.making import noted, require_inspected
from slipway.usecases.provisioning import note_asked
from slipway.usecases.rollout import raise_sentence

if TYPE_CHECKING:
    from slipway.domain.hosting_requests import Network
    from slipway.domain.release import LiveRelease, ReleaseRecord
    from slipway.usecases.reference import ReleaseRef

TOKEN_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class HostingAccount:
    """What every model of this stack is served with.

    Parameters
    ----------
    role : str
        ARN of the role that SageMaker takes.
    monitoring_bucket : str
        Bucket that captured requests are written to.
    key : str
        ARN of the key for volumes and captures.
    network : Network or None
        Where models run, if the stack has a network.
    """

    role: str
    monitoring_bucket: str
    key: str
    network: Network | None = None


class MakingBook(HeldBook, TokenBook, Protocol):
    """The parts of the ledger that making an endpoint touches."""


def create_endpoint(  # noqa: PLR0913 - the ports
    ref: ReleaseRef,
    token: str,
    account: HostingAccount,
    *,
    ledger: MakingBook,
    endpoints: EndpointMaker,
    scaling: Scaling,
    accepted: AcceptedReader,
    logs: LogGroups,
    clock: Clock,
) -> None:
    """Store the task token, then ask SageMaker for the planned endpoint.

    The token comes first, so that no event is missed; it is armed last, so that an event of
    something else (scaling of the old variant) does not wake a release that has not asked yet.
    May be repeated: the names are the release's own, and what exists and is equal is adopted.

    Raises
    ------
    NameTaken
        If an endpoint of this name serves something that Slipway did not make.
    EndpointBusy
        If SageMaker changes the endpoint right now; the workflow tries again.
    LeaseLost
        If another execution may change the endpoint.
    PlanOutdated
        If a release that was planned as the first one finds what served before.
    AcceptedChanged
        If what would be served is no longer what was inspected.
    ReleaseAborted
        If a person ended the release before it made anything.
    """
    now = clock.now()
    live = hold_lease(ref, ledger=ledger, now=now.isoformat()).live
    expires = int(now.timestamp()) + TOKEN_SECONDS
    ledger.store_token(ref.endpoint, ref.release, token, expires)
    release = ledger.read_release(ref.endpoint, ref.release)
    if release.condemned:
        raise_sentence(release.condemned)
    maker = _Maker(release, ledger, endpoints, scaling)
    maker.prepare(account, accepted)
    state = endpoints.describe(ref.endpoint)
    if state is None:
        # Not noted as made: what containers wrote tells why a release failed, and is forgotten.
        logs.prepare(ref.endpoint)
        note_asked(release, ledger=ledger, now=now)
        maker.create()
    elif state.config != maker.plan.names.endpoint_config:
        note_asked(release, ledger=ledger, now=now)
        maker.replace(state, live)
    ledger.arm_token(ref.endpoint, token)


class _Maker:
    """Makes one release's things, each noted in the ledger before it is asked for."""

    def __init__(
        self,
        release: ReleaseRecord,
        ledger: MakingBook,
        endpoints: EndpointMaker,
        scaling: Scaling,
    ) -> None:
        self.release = release
        self.plan = ReleasePlan.from_dict(release.plan)
        self.made = dict(release.made)
        self.ledger = ledger
        self.endpoints = endpoints
        self.scaling = scaling

    def note(self, **facts: Any) -> None:
        self.made |= facts
        facts = {"made": self.made}
        self.ledger.note_release(self.release.endpoint, self.release.release, facts)

    def prepare(self, account: HostingAccount, accepted: AcceptedReader) -> None:
        names = self.plan.names
        require_inspected(self.release, accepted)
        with noted(self.note, model=names.model):
            self.endpoints.create_model(model_request(self.plan, account.role, account.network))
        with noted(self.note, config=names.endpoint_config):
            self.endpoints.create_config(
                endpoint_config_request(self.plan, account.monitoring_bucket, account.key)
            )

    def create(self) -> None:
        name = self.release.endpoint
        with noted(self.note, endpoint="created"):  # it may be somebody else's since we looked
            self.endpoints.create_endpoint(
                name, self.plan.names.endpoint_config, release_tags(self.plan)
            )

    def replace(self, state: EndpointState, live: LiveRelease | None) -> None:
        name = self.release.endpoint
        if state.status == "Deleting":
            raise EndpointBusy(f"Endpoint {name} is still being deleted")
        if live is None or state.config != live.config:
            raise NameTaken(
                f"Endpoint {name} exists and serves {state.config}, which Slipway did not make: "
                "delete it, or drop the model under another endpoint's name"
            )
        if self.plan.strategy == "first":
            # Nobody has tried this version beside it: it must not get all of the traffic at once.
            raise PlanOutdated(
                f"Endpoint {name} was gone when this release was planned, and serves "
                f"{live.drop.version} now: drop the model again"
            )
        if state.status != "InService":
            raise EndpointBusy(f"Endpoint {name} is {state.status} and takes no change")
        self.note(endpoint="updated", previous=state.config, replaced=live.release)
        # Of another type there may be enough.
        change_claims(name, lambda claims: drop(claims, REFUSED), ledger=self.ledger)
        # A variant that goes away or changes its type must not be registered.
        self.scaling.deregister(resource_id(name, live.variant))
        self.endpoints.replace_fleet(name, self.plan.names.endpoint_config)
