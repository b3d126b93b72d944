"""Which alarms of a new version tell it from what serves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.naming import twin_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from slipway.domain.release import ReleaseRecord
    from slipway.ports import AlarmReader, ReleaseBook


def telling_alarms(
    release: ReleaseRecord,
    ringing: Iterable[str],
    baseline: str,
    *,
    ledger: ReleaseBook,
    alarms: AlarmReader,
) -> list[str]:
    """Return those of the ringing alarms that speak against the version.

    Limits are absolute: where callers send what no version can answer, or every version takes that
    long, the same alarm of what serves rings as well, and only the judge can compare the two. What
    rang with both once counts no more in this release: with all of the traffic on the new version
    there is nothing left to ring beside it.

    Parameters
    ----------
    baseline : str
        The variant that serves; a guarded deployment keeps it, and so its alarms.
    """
    shared = set(release.shared_alarms)
    left = sorted(name for name in ringing if _what(name) not in shared)
    twins = {name: twin_of(name, baseline) for name in left}
    others = alarms.alarms_in_alarm([twin for name, twin in twins.items() if twin != name])
    both = {_what(name) for name, twin in twins.items() if twin in others}
    if both:
        facts = {"shared_alarms": sorted(shared | both)}
        ledger.note_release(release.endpoint, release.release, facts)
    return [name for name in left if _what(name) not in both]


def _what(alarm: str) -> str:
    return alarm.rpartition("/")[2]
