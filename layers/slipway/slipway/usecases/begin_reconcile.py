"""Decide what an endpoint.yaml, or a look at an endpoint, asks for."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Protocol

from slipway.domain.release import FINAL
from slipway.errors import TextTooLarge
from slipway.ports import DropBook, EndpointBook, ReleaseBook, SettingsBook
from slipway.usecases.adopt_settings import Adopter
from slipway.usecases.hold_rest import taken
from slipway.usecases.reconciling import Begun
from slipway.usecases.spec_key import spec_key
from slipway.usecases.tell_settings import tell_refused

if TYPE_CHECKING:
    from slipway.domain.lease import EndpointRecord
    from slipway.domain.release import ReleaseRecord
    from slipway.ports import Announcer, Clock, Executions, StoredText, TextStore
    from slipway.usecases.reconciling import Asked


class ReconcileBook(DropBook, EndpointBook, ReleaseBook, SettingsBook, Protocol):
    """The parts of the ledger that settings touch."""


class Reconciler:
    """Decides, and takes the lease where something is to be applied.

    Parameters
    ----------
    region : str
        Where instances cost what they cost.
    """

    def __init__(  # noqa: PLR0913 - the ports
        self,
        region: str,
        *,
        ledger: ReconcileBook,
        store: TextStore,
        executions: Executions,
        announcer: Announcer,
        clock: Clock,
    ) -> None:
        self.adopter = Adopter(region, ledger=ledger, announcer=announcer, clock=clock)
        self.ledger = ledger
        self.store = store
        self.executions = executions
        self.announcer = announcer
        self.clock = clock

    def begin(self, asked: Asked) -> Begun:
        """Decide; may be repeated.

        The newest endpoint.yaml counts, whichever arrived: an older one is superseded.
        """
        key = asked.key
        if key:
            facts = {"at": self.clock.now().isoformat(), **asdict(key.sender)}
            owner = self.ledger.claim_settings(key.place, key.version, asked.execution, facts)
            if owner != asked.execution:
                return Begun.nothing(f"{owner} applies it", asked.endpoint)
        begun = self._refuse_key(asked) or self._begin(asked)
        if key and begun.verdict in {"nothing", "refused"}:
            self.ledger.close_settings(key.place, key.version, begun.verdict, begun.reason)
        return begun

    def _refuse_key(self, asked: Asked) -> Begun | None:
        key = asked.key
        if key is None or not key.problem:
            return None
        if key.within_version:
            return Begun.nothing("The release workflow refuses it", asked.endpoint)
        tell_refused(asked.endpoint, asked.execution, key.problem, [], None, self.announcer)
        return Begun("refused", key.problem, asked.endpoint)

    def _begin(self, asked: Asked) -> Begun:
        record = self.ledger.read_endpoint(asked.endpoint)
        live = record.live
        if live is None:
            return self._unknown(asked, record)
        release = self.ledger.read_release(record.name, live.release)
        held = record.lease is not None and record.lease.owner == asked.execution
        if held:
            return self._go_on(asked, release)
        obstacle = self._obstacle(asked, record)
        if obstacle:
            # A look is repeated tomorrow.
            return Begun("busy" if asked.key else "nothing", obstacle, record.name, live.release)
        return self._read(asked, record, release)

    def _read(self, asked: Asked, record: EndpointRecord, release: ReleaseRecord) -> Begun:
        try:
            found = self.store.read_text(spec_key(record.name))
        except TextTooLarge as error:
            return self.adopter.refuse(asked, record, release, str(error))
        newer = _superseded(asked, found)
        if newer:
            return Begun.nothing(newer, record.name, release.release)
        if found is None or found.version_id == release.spec_version:
            return self.adopter.as_applied(asked, record, release)
        return self.adopter.decide(asked, record, release, found)

    def _unknown(self, asked: Asked, record: EndpointRecord) -> Begun:
        """Leave an endpoint alone that does not serve; its first release reads its settings.

        One that runs already may have been bound to none.
        """
        running = record.lease is not None or any(
            each.outcome not in FINAL for each in self.ledger.list_releases(asked.endpoint)
        )
        if running and asked.key:
            return Begun("busy", "Its first release runs", asked.endpoint)
        return Begun.nothing(f"Nothing serves {asked.endpoint}", asked.endpoint)

    def _obstacle(self, asked: Asked, record: EndpointRecord) -> str:
        if record.asleep:
            return f"The endpoint is {record.asleep.words}"
        if record.parked:
            return f"Version {record.parked.drop.version} waits to be released"
        other = taken(record, asked.execution, self.executions, self.clock.now())
        return f"{other} changes the endpoint" if other else ""

    def _go_on(self, asked: Asked, release: ReleaseRecord) -> Begun:
        """Return what was decided before, as far as this execution came."""
        noted = release.evidence.get("settings", {})
        if noted.get("by") == asked.execution:
            return Begun.apply(release, str(noted["version"]), noted["changes"])
        begun = self._read(asked, self.ledger.read_endpoint(asked.endpoint), release)
        # Whoever holds the lease goes the way on which it is passed on: a drop may wait by now.
        return begun if begun.verdict == "apply" else Begun.apply(release, release.spec_version)


def _superseded(asked: Asked, found: StoredText | None) -> str:
    if asked.key is None:
        return ""
    if found is None:
        return "The endpoint.yaml is gone"
    newer = asked.key.version and found.version_id != asked.key.version
    return f"Superseded by version {found.version_id}" if newer else ""
