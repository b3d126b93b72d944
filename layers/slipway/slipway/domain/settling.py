"""The hour after a promotion: the previous variant stands by at weight 0, and then goes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slipway.domain.lease import EndpointRecord
    from slipway.domain.release import LiveRelease


@dataclass(frozen=True, slots=True)
class Settling:
    """What the live release still has beside it.

    Parameters
    ----------
    release : str
        The live release.
    previous : LiveRelease
        The variant that stands by at weight 0: going back is one change of weights.
    until : str
        When it is due to go, ISO 8601 in UTC.
    config : str
        The endpoint configuration that holds both variants.
    retiring : bool
        Whether the previous variant is being taken away: from then on there is no way back to it.
    reverted : bool
        Whether `previous` is what was promoted and proved bad: it goes without being kept.
    attempts : int
        How often taking the previous variant away has failed.
    """

    release: str
    previous: LiveRelease
    until: str
    config: str = ""
    retiring: bool = False
    reverted: bool = False
    attempts: int = 0


def promote(
    record: EndpointRecord, live: LiveRelease, *, until: str, config: str
) -> EndpointRecord:
    """Return the item with a new live release and the old one standing by.

    What is live already stays as it is, so that promoting may be repeated. An endpoint that
    served nothing before has nothing to settle.
    """
    if record.live is None or record.live.release == live.release:
        return replace(record, live=live)
    settling = Settling(live.release, record.live, until, config)
    return replace(record, live=live, settling=settling)


def revert(record: EndpointRecord, release: str, *, now: str) -> EndpointRecord | None:
    """Return the item with both sides swapped; None if `release` cannot be reverted any more.

    Parameters
    ----------
    release : str
        The promoted release that proved bad.
    """
    settling = record.settling
    if record.live is None or settling is None or settling.release != release:
        return None
    if settling.retiring or settling.reverted:
        return None
    back = Settling(
        settling.previous.release, record.live, now, config=settling.config, reverted=True
    )
    return replace(record, live=settling.previous, settling=back)


def retire(record: EndpointRecord) -> EndpointRecord:
    """Return the item from which there is no way back to the previous variant."""
    if record.settling is None:
        return record
    return replace(record, settling=replace(record.settling, retiring=True))


def failed_to_settle(record: EndpointRecord) -> EndpointRecord:
    """Return the item with one more attempt that came to nothing."""
    if record.settling is None:
        return record
    settling = replace(record.settling, attempts=record.settling.attempts + 1)
    return replace(record, settling=settling)


def settled(record: EndpointRecord) -> EndpointRecord:
    """Return the item with the live release alone."""
    return replace(record, settling=None)
