"""Put the new version beside what serves, without traffic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.canary_size import Sizes
from slipway.domain.hosting_requests import (
    canary_config_request,
    endpoint_config_request,
    model_request,
)
from slipway.usecases.beside_live import begin_beside
from slipway.usecases.making import noted, require_inspected
from slipway.usecases.provisioning import note_asked
from slipway.usecases.scaling_bounds import pin_scaling

if TYPE_CHECKING:
    from datetime import datetime

    from slipway.domain.release import LiveRelease
    from slipway.ports import AcceptedReader, Bounds, Clock, EndpointMaker, EndpointState, Waker
    from slipway.usecases.beside_live import BesideBook
    from slipway.usecases.create_endpoint import HostingAccount
    from slipway.usecases.reference import ReleaseRef
    from slipway.usecases.rollout import Rollout


def add_canary(  # noqa: PLR0913 - the ports
    ref: ReleaseRef,
    token: str,
    account: HostingAccount,
    *,
    ledger: BesideBook,
    endpoints: EndpointMaker,
    bounds: Bounds,
    accepted: AcceptedReader,
    waker: Waker,
    clock: Clock,
) -> None:
    """Store the task token, then ask for a configuration that holds both variants.

    What serves keeps its instances and its weight, the canary begins at weight 0. May be
    repeated: what exists and is equal is adopted.

    Raises
    ------
    AcceptedChanged
        If what would be served is no longer what was inspected.
    NameTaken
        If the endpoint serves something that Slipway did not put there.
    EndpointBusy
        If SageMaker changes the endpoint right now; the workflow tries again.
    """
    now = clock.now()
    beside = begin_beside(ref, token, ledger=ledger, endpoints=endpoints, now=now)
    rollout, state = beside.rollout, beside.state
    adding = _Adding(rollout, beside.live, ledger, endpoints)
    adding.prepare(account, accepted)
    if state.config == rollout.config and state.status == "InService":
        waker.wake(token)
        return
    beside.require_changeable()
    adding.pin(state, bounds, now)
    note_asked(rollout.release, ledger=ledger, now=now)
    endpoints.update_endpoint(ref.endpoint, rollout.config)
    ledger.arm_token(ref.endpoint, token)


class _Adding:
    def __init__(
        self, rollout: Rollout, live: LiveRelease, ledger: BesideBook, endpoints: EndpointMaker
    ) -> None:
        self.rollout = rollout
        self.live = live
        self.ledger = ledger
        self.endpoints = endpoints
        self.made = dict(rollout.release.made)

    def note(self, **facts: str) -> None:
        self.made |= facts
        release = self.rollout.release
        self.ledger.note_release(release.endpoint, release.release, {"made": self.made})

    def prepare(self, account: HostingAccount, accepted: AcceptedReader) -> None:
        """Make the model and both configurations: what is wrong shows before anything changes."""
        plan, names = self.rollout.plan, self.rollout.plan.names
        self.note(baseline=self.live.variant)
        require_inspected(self.rollout.release, accepted)
        alone = endpoint_config_request(plan, account.monitoring_bucket, account.key)
        both = canary_config_request(plan, self.live, account.monitoring_bucket, account.key)
        with noted(self.note, model=names.model):
            self.endpoints.create_model(model_request(plan, account.role, account.network))
        with noted(self.note, config=names.endpoint_config):
            self.endpoints.create_config(alone)
        with noted(self.note, canary_config=self.rollout.config):
            self.endpoints.create_config(both)

    def pin(self, state: EndpointState, bounds: Bounds, now: datetime) -> None:
        """Keep what serves from shrinking: its instances are what a rollback needs at once."""
        self.note(endpoint="updated", previous=state.config, replaced=self.live.release)
        release = self.rollout.release
        count = max([each.desired_count for each in state.variants], default=1)
        sizes = Sizes.first(count, self.rollout.step(0).canary_instances)
        facts = {"sizes": {**sizes.as_dict(), "step": -1}}
        self.ledger.note_release(release.endpoint, release.release, facts)
        serving = self.ledger.read_release(release.endpoint, self.live.release).scaling
        pin_scaling(release.endpoint, count, serving, ledger=self.ledger, bounds=bounds, now=now)
