"""Decide on settings that arrived, and have the ledger know those that are to be applied."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from slipway.domain.errors import DomainError
from slipway.domain.lease import Lease
from slipway.domain.planning.settings import Settings, adopted, changes, settings_for
from slipway.domain.policy import changed_hosting
from slipway.domain.spec import InvalidSpec, parse_spec
from slipway.errors import ReleaseUnknown
from slipway.ports import EndpointBook, ReleaseBook
from slipway.usecases.reconciling import Begun
from slipway.usecases.released_anew import drop_for
from slipway.usecases.tell_settings import tell_refused

if TYPE_CHECKING:
    from slipway.domain.lease import EndpointRecord
    from slipway.domain.release import ReleaseRecord
    from slipway.ports import Announcer, Clock, StoredText
    from slipway.usecases.reconciling import Asked


class AdoptingBook(EndpointBook, ReleaseBook, Protocol):
    """The parts of the ledger that settings are written to."""


class Adopter:
    """Makes settings those of what serves.

    Parameters
    ----------
    region : str
        Where instances cost what they cost.
    """

    def __init__(
        self, region: str, *, ledger: AdoptingBook, announcer: Announcer, clock: Clock
    ) -> None:
        self.region = region
        self.ledger = ledger
        self.announcer = announcer
        self.clock = clock

    def as_applied(self, asked: Asked, record: EndpointRecord, release: ReleaseRecord) -> Begun:
        """Return what is left to do where the live release has the settings."""
        if asked.key:
            words = f"Release {release.release} has these settings"
            return Begun.nothing(words, record.name, release.release)
        if not asked.holds:
            return Begun.compare(release)
        self._hold(asked, record, release)
        return Begun.apply(release, release.spec_version)

    def decide(
        self, asked: Asked, record: EndpointRecord, release: ReleaseRecord, found: StoredText
    ) -> Begun:
        """Return what settings ask for that the live release does not have."""
        try:
            spec = parse_spec(found.content)
            settings = settings_for(spec, _kind(record, release), release, self.region)
        except DomainError as error:
            return self.refuse(asked, record, release, str(error), error)
        if asked.key and asked.looks == 0:
            # It is released with them, and would wait for the lease that they take.
            return Begun("soon", "A model may follow its settings", record.name, release.release)
        hosting = changed_hosting(release.policy, settings.policy)
        if hosting:
            return self._release(asked, release, found.version_id, hosting)
        return self._adopt(asked, record, release, settings, found.version_id)

    def _release(
        self, asked: Asked, release: ReleaseRecord, version: str, hosting: tuple[str, ...]
    ) -> Begun:
        """Have what serves released anew, once for each version of the settings."""
        name, told = release.endpoint, (release.release, version, hosting)
        tried = drop_for(release, version, "").release
        try:
            outcome = self.ledger.read_release(name, tried).outcome
        except ReleaseUnknown:
            words = f"Only a release can change {', '.join(hosting)}"
            return Begun("release", words, name, *told)
        if asked.key:
            return Begun.nothing(f"Release {tried} is {outcome}", name, release.release)
        return Begun.compare(release)

    def _adopt(
        self,
        asked: Asked,
        record: EndpointRecord,
        release: ReleaseRecord,
        settings: Settings,
        version: str,
    ) -> Begun:
        self._hold(asked, record, release)
        changed = changes(release, settings)
        note = {
            "version": version,
            "by": asked.execution,
            "changes": list(changed),
            "at": self.clock.now().isoformat(),
        }
        facts = adopted(release, settings, note)
        self.ledger.note_release(release.endpoint, release.release, facts)
        return Begun.apply(release, version, changed)

    def _hold(self, asked: Asked, record: EndpointRecord, release: ReleaseRecord) -> None:
        if record.lease and record.lease.owner == asked.execution:
            return
        lease = Lease(asked.execution, release.release, since=self.clock.now().isoformat())
        self.ledger.write_endpoint(replace(record, lease=lease))

    def refuse(
        self,
        asked: Asked,
        record: EndpointRecord,
        release: ReleaseRecord,
        reason: str,
        error: DomainError | None = None,
    ) -> Begun:
        """Tell why settings do not count; what was applied before does."""
        if asked.key is None:
            # It was told when it arrived; what was applied before is still to be kept up.
            return self.as_applied(asked, record, release)
        problems = error.as_dict()["problems"] if isinstance(error, InvalidSpec) else []
        tell_refused(asked.endpoint, asked.execution, reason, problems, release, self.announcer)
        return Begun("refused", reason, asked.endpoint, release.release)


def _kind(record: EndpointRecord, release: ReleaseRecord) -> str:
    """Return what the variant runs on, which may be a fallback that it woke on."""
    return record.live.instance_type if record.live else str(release.plan["instance_type"])
