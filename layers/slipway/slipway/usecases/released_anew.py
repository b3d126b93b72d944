"""Release what serves anew, because only a new variant can have its settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from slipway.domain.naming import accepted_digest, accepted_key
from slipway.domain.release import Drop
from slipway.ports import EndpointBook, ReleaseBook, SettingsBook
from slipway.usecases.tell_settings import tell_applied

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slipway.domain.release import ReleaseRecord
    from slipway.ports import Announcer, Clock, Starter
    from slipway.usecases.reference import ReleaseRef
    from slipway.usecases.settings_key import SettingsKey


class AnewBook(EndpointBook, ReleaseBook, SettingsBook, Protocol):
    """The parts of the ledger that know what serves."""


def drop_for(release: ReleaseRecord, spec_version: str, at: str) -> Drop:
    """Return the drop of an artifact that is released again with other settings.

    Parameters
    ----------
    spec_version : str
        The version of endpoint.yaml: the same one is tried once.
    at : str
        When, in ISO 8601: a model that was dropped later supersedes it.
    """
    return Drop(
        endpoint=release.endpoint,
        version=release.drop.version,
        bucket=release.drop.bucket,
        key=accepted_key(accepted_digest(str(release.inspection["accepted"]))),
        version_id=f"{release.release}@settings/{spec_version}",
        last_modified=at,
        origin=release.release,
    )


def release_anew(  # noqa: PLR0913 - what changed, and the ports
    ref: ReleaseRef,
    spec_version: str,
    hosting: Sequence[str],
    key: SettingsKey | None,
    *,
    machine: str,
    ledger: AnewBook,
    starter: Starter,
    announcer: Announcer,
    clock: Clock,
) -> dict[str, str]:
    """Start a release of the live artifact by the usual path, and say so; may be repeated.

    Parameters
    ----------
    hosting : sequence of str
        The settings that differ.
    machine : str
        ARN of the release workflow.
    """
    release = ledger.read_release(ref.endpoint, ref.release)
    drop = drop_for(release, spec_version, clock.now().isoformat())
    payload = {"drop": drop.as_dict(), "previous": "", "attempt": 1}
    starter.start(machine, f"{drop.digest}-1", payload)
    words = (
        f"{', '.join(hosting)} changed, which only a new variant can have: version "
        f"{release.drop.version} of {ref.endpoint} is released anew as {drop.release}"
    )
    told = {"released_as": drop.release, "spec_version": spec_version}
    tell_applied(release, ref.execution, words, hosting, (), announcer, **told)
    if key:
        ledger.close_settings(key.place, key.version, "released", words)
    return {"release": drop.release, "reason": words}
