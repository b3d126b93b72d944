"""An alarm rings: decide what that means for the release behind it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

from slipway.domain.alarm_words import alarm_in_words
from slipway.domain.release import ReleaseRecord, Sentence
from slipway.errors import LedgerConflict, ReleaseUnknown
from slipway.ports import (
    AlarmReader,
    Announcer,
    Clock,
    Condemnation,
    EndpointBook,
    Failer,
    News,
    ReleaseBook,
)
from slipway.usecases.fail_waits import WaitBook, fail_waits
from slipway.usecases.kept_releases import releases_to_go_back_to
from slipway.usecases.telling_alarms import telling_alarms

if TYPE_CHECKING:
    from slipway.domain.alarm_change import AlarmChange
    from slipway.domain.lease import EndpointRecord
    from slipway.domain.release import LiveRelease

RemedyVerdict = Literal["condemned", "revert", "roll-back", "burst", "told", "ignored"]


class CondemningBook(Condemnation, EndpointBook, ReleaseBook, WaitBook, Protocol):
    """The parts of the ledger that an alarm touches."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """What follows from an alarm.

    Parameters
    ----------
    verdict : str
        `condemned`: the release goes back by itself. `revert`: weights, for the previous variant
        stands by. `roll-back`: a kept release again. `burst`: demand, not trouble. `told`: people
        decide. `ignored`: nothing.
    release : str
        The release that is condemned or reverted, or that serves.
    target : str
        The kept release to go back to, or the name of the burst's execution: an alarm that is
        delivered again starts no second one.
    """

    verdict: RemedyVerdict
    endpoint: str
    release: str = ""
    reason: str = ""
    target: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return plain values for the workflow."""
        return asdict(self)


def condemn_release(  # noqa: PLR0913 - the ports
    alarm: AlarmChange,
    *,
    ledger: CondemningBook,
    alarms: AlarmReader,
    failer: Failer,
    announcer: Announcer,
    clock: Clock,
) -> Remedy:
    """Condemn the running canary that an alarm watches, or say what else has to be done.

    The sentence is written before its tokens are looked for, and a token is stored only if there
    is no sentence: so an alarm before, between and after the token ends the same way.

    Raises
    ------
    LedgerConflict
        If the release is promoted at this very moment; the workflow looks again.
    """
    record = ledger.read_endpoint(alarm.endpoint)
    if record.asleep:
        return Remedy("ignored", alarm.endpoint, reason=f"The endpoint is {record.asleep.words}")
    if alarm.of_demand:
        return _burst(record, alarm)
    running = _running(record, alarm, ledger)
    if running:
        serves = record.live.variant if record.live else alarm.variant
        if telling_alarms(running, [alarm.name], serves, ledger=ledger, alarms=alarms):
            return _condemn(running, alarm, ledger, failer, clock)
        reason = "The same alarm of what serves rang as well, so that the judge has to tell"
        return Remedy("ignored", alarm.endpoint, running.release, reason)
    live = record.live
    if live is None or live.variant != alarm.variant:
        return Remedy("ignored", alarm.endpoint, reason="The variant serves nobody")
    remedy = _remedy_for_live(record, live, alarm, ledger)
    if remedy.verdict == "told":
        announcer.announce(_news(live, remedy, alarm))
    return remedy


def _burst(record: EndpointRecord, alarm: AlarmChange) -> Remedy:
    """Return the remedy of too much demand, on whichever variant it shows.

    While a release moves the traffic, demand shows where the traffic is; the claim is for the
    endpoint, and every variant gets what its share needs.
    """
    if record.live is None:
        return Remedy("ignored", alarm.endpoint, reason="The endpoint serves nobody")
    words = f"Alarm {alarm.name}: {alarm.reason}"
    return Remedy("burst", record.name, record.live.release, words, target=alarm.digest)


def _running(
    record: EndpointRecord, alarm: AlarmChange, ledger: CondemningBook
) -> ReleaseRecord | None:
    """Return the release under way whose variant the alarm watches."""
    if record.lease is None or not alarm.variant:
        return None
    try:
        release = ledger.read_release(record.name, record.lease.release)
    except ReleaseUnknown:
        return None
    if release.plan.get("names", {}).get("variant") != alarm.variant:
        return None
    if release.plan.get("strategy") == "replace":
        # The same version on another type, because what serves cannot cope: so its alarms ring.
        return None
    if release.outcome == "running":
        return release
    if release.outcome == "succeeded" and record.live and record.live.variant != alarm.variant:
        raise LedgerConflict(f"Release {release.release} is being promoted")
    return None


def _condemn(
    release: ReleaseRecord,
    alarm: AlarmChange,
    ledger: CondemningBook,
    failer: Failer,
    clock: Clock,
) -> Remedy:
    sentence = Sentence(
        alarm_in_words(alarm.name, alarm.reason),
        f"alarm {alarm.name}",
        clock.now().isoformat(),
        evidence=_evidence(alarm),
    )
    found = ledger.condemn(release.endpoint, release.release, sentence)
    if found.condemned is None:
        raise LedgerConflict(f"Release {release.release} is being promoted")
    fail_waits(found, ledger=ledger, failer=failer)
    return Remedy("condemned", release.endpoint, release.release, found.condemned["reason"])


def _remedy_for_live(
    record: EndpointRecord, live: LiveRelease, alarm: AlarmChange, ledger: CondemningBook
) -> Remedy:
    words = alarm_in_words(alarm.name, alarm.reason)
    settling, release = record.settling, ledger.read_release(record.name, live.release)
    shared = alarm.what in release.shared_alarms
    if settling and not settling.reverted and not settling.retiring and not shared:
        return Remedy("revert", record.name, live.release, words)
    policy = release.policy
    kept = releases_to_go_back_to(ledger.list_releases(record.name), live.release)
    free = record.lease is None and settling is None
    if policy.get("revert_when_settled") and kept and free:
        return Remedy("roll-back", record.name, live.release, words, target=kept[0].release)
    advice = f"; `slipway rollback {record.name}` goes back to {kept[0].release}" if kept else ""
    told = f"{words}. Version {live.drop.version} serves, and nothing was changed{advice}"
    return Remedy("told", record.name, live.release, told)


def _news(live: LiveRelease, remedy: Remedy, alarm: AlarmChange) -> News:
    return News(
        "Endpoint Alarm",
        remedy.endpoint,
        remedy.reason,
        release=live.release,
        version=live.drop.version,
        facts={"alarm": _evidence(alarm)},
    )


def _evidence(alarm: AlarmChange) -> dict[str, Any]:
    evidence = {"name": alarm.name, "what": alarm.what, "reason": alarm.reason, "at": alarm.at}
    return evidence | {"variant": alarm.variant}
