"""What the ledger remembers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta

    from slipway.domain.lease import EndpointRecord
    from slipway.domain.release import Drop, ReleaseRecord, Sentence
    from slipway.domain.settings_record import SettingsRecord


class DropBook(Protocol):
    """Which execution works on which object version."""

    def claim_drop(self, drop: Drop, owner: str, previous: str = "") -> str:
        """Make `owner` the drop's owner if nobody or `previous` is; return who owns it now."""

    def owner_of(self, drop: Drop) -> str:
        """Return which execution claimed the drop last; empty if none did."""

    def close_drop(self, drop: Drop, outcome: str, reason: str) -> None:
        """Write the terminal record of an object version."""


class EndpointBook(Protocol):
    """Live release, lease and waiting drop of each endpoint."""

    def read_endpoint(self, name: str) -> EndpointRecord:
        """Return the record; an empty one for an endpoint that the ledger does not know."""

    def write_endpoint(self, record: EndpointRecord) -> None:
        """Write what was decided on `record.revision`; raise LedgerConflict if it is stale."""

    def list_endpoints(self) -> Sequence[EndpointRecord]:
        """Return all endpoints by name."""


class ReleaseBook(Protocol):
    """The history of releases."""

    def open_release(self, record: ReleaseRecord) -> None:
        """Write the release as running, keeping when it first started."""

    def read_release(self, endpoint: str, release: str) -> ReleaseRecord:
        """Return one release; raise ReleaseUnknown if there is none."""

    def note_release(self, endpoint: str, release: str, facts: Mapping[str, Any]) -> None:
        """Add or replace facts (fields of the record)."""

    def list_releases(self, endpoint: str) -> Sequence[ReleaseRecord]:
        """Return an endpoint's releases, the oldest first."""


class ForgetfulReleaseBook(ReleaseBook, Protocol):
    """The history, from which a drop that changed nothing can be taken."""

    def forget_release(self, endpoint: str, release: str) -> None:
        """Remove a release that did nothing."""


class Condemnation(Protocol):
    """What puts an end to a release that runs, from outside of its workflow."""

    def condemn(self, endpoint: str, release: str, sentence: Sentence) -> ReleaseRecord:
        """Write the sentence if there is none and the release runs; return what stands now.

        The record that is returned holds every token that was stored before the sentence; what
        is stored after it is refused. So whoever condemns fails those tokens, and no order of
        alarm and token loses the alarm.
        """

    def conclude(self, endpoint: str, release: str, facts: Mapping[str, Any]) -> bool:
        """Note facts unless the release is condemned; False if it is."""


class BakeBook(Protocol):
    """The bake that is armed: whoever knows its token can end it early."""

    def arm_bake(self, endpoint: str, release: str, bake: Mapping[str, Any]) -> bool:
        """Store `token`, `armed_at`, `ends_at`, `step`; False if the release is condemned."""

    def end_bake(self, endpoint: str, release: str, token: str) -> None:
        """Forget the bake of this token; another one stays."""


class GateBook(Protocol):
    """The release that waits for a person."""

    def open_gate(self, endpoint: str, release: str, gate: Mapping[str, Any]) -> bool:
        """Store `token`, `since`; False if the release is condemned."""

    def close_gate(self, endpoint: str, release: str, token: str) -> None:
        """Forget the wait of this token; another one stays."""


class CommandBook(Protocol):
    """Who commanded what."""

    def record_command(self, endpoint: str, release: str, entry: Mapping[str, Any]) -> None:
        """Add an entry to the release's `commands`."""


class SettingsBook(Protocol):
    """Which execution applies which version of an endpoint.yaml, and what became of it."""

    def claim_settings(self, place: str, version: str, owner: str, facts: Mapping[str, str]) -> str:
        """Make `owner` the one that applies this version if nobody does; return who does.

        Parameters
        ----------
        facts : mapping
            `at`, `by`, `request`: kept of the first one.
        """

    def close_settings(self, place: str, version: str, outcome: str, reason: str) -> None:
        """Write what became of a version."""


class SettingsReader(Protocol):
    """What became of each version of an endpoint.yaml."""

    def list_settings(self, place: str) -> Sequence[SettingsRecord]:
        """Return the versions of the file at `<bucket>/<key>` that arrived, the oldest first."""


class ReferenceBook(Protocol):
    """Which releases need which accepted bytes; asking costs the same however long the history."""

    def refer(self, uri: str, endpoint: str, release: str) -> None:
        """Note that the release serves, or will serve, what lies at the URI."""

    def let_go(self, uri: str, endpoint: str, release: str) -> None:
        """Forget that; nothing happens if it is forgotten already."""

    def is_referred(self, uri: str) -> bool:
        """Tell whether any release needs what lies at the URI."""


class TokenBook(Protocol):
    """The task tokens of releases that wait for SageMaker."""

    def store_token(self, endpoint: str, release: str, token: str, expires: int) -> None:
        """Keep the token until `expires` (epoch seconds); before it is armed it wakes nobody."""

    def arm_token(self, endpoint: str, token: str) -> None:
        """Let events use the token: SageMaker has been asked."""

    def take_token(self, endpoint: str) -> str:
        """Return the armed token and remove it; empty if there is none."""


class TokenBin(Protocol):
    """Where the task tokens of a release that is over go."""

    def drop_token(self, endpoint: str, release: str) -> None:
        """Remove the endpoint's token if it is this release's: nobody waits with it any more."""


class TurnBook(Protocol):
    """Who may begin when, of many that want the same."""

    def take_turn(self, queue: str, now: datetime, every: timedelta) -> datetime:
        """Return when the caller may begin, and let the next one begin so much later.

        Raises LedgerConflict if another one asks at this moment.
        """
