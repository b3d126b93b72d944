"""Look whether an endpoint is as its settings say."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from slipway.domain.capacity.calendar import SleepCalendar
from slipway.domain.capacity.events import Announced, moments
from slipway.domain.differences import alarm_differences, scaling_differences
from slipway.domain.naming import alarm_name, schedule_name
from slipway.domain.scaling import claimed
from slipway.errors import SpecGone
from slipway.ports import EndpointBook, ReleaseBook
from slipway.usecases.guard_endpoint import wanted_alarms
from slipway.usecases.pinned_spec import pin_spec
from slipway.usecases.plan_events import event_schedule
from slipway.usecases.plan_looks import DRIFT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slipway.domain.lease import EndpointRecord
    from slipway.domain.release import LiveRelease, ReleaseRecord
    from slipway.ports import Clock, EndpointMirror, EndpointReader, ScheduleReader, TextStore

# Claims come and go while it is looked.
LOOKS = 3
# Schedules go when they were due, and how long instances take is measured anew.
_MARGIN = timedelta(hours=1)


class ComparedBook(EndpointBook, ReleaseBook, Protocol):
    """The parts of the ledger that say how an endpoint should be."""


class Comparer:
    """Compares scaling, alarms and schedules with the wanted ones.

    Parameters
    ----------
    topic : str
        ARN of the topic that alarms tell.
    """

    def __init__(  # noqa: PLR0913 - the ports
        self,
        topic: str,
        *,
        ledger: ComparedBook,
        store: TextStore,
        endpoints: EndpointReader,
        mirror: EndpointMirror,
        schedules: ScheduleReader,
        clock: Clock,
    ) -> None:
        self.topic = topic
        self.ledger = ledger
        self.store = store
        self.endpoints = endpoints
        self.mirror = mirror
        self.schedules = schedules
        self.clock = clock

    def compare(self, endpoint: str) -> list[str]:
        """Return what is otherwise, in words.

        Nothing while a release, sleep, or a claim that comes or goes explains a difference.
        """
        for _ in range(LOOKS):
            record = self.ledger.read_endpoint(endpoint)
            if record.live is None or record.lease or record.asleep:
                return []
            found = list(self._differences(record, record.live))
            if not found or self.ledger.read_endpoint(endpoint).revision == record.revision:
                return found
        return []

    def _differences(self, record: EndpointRecord, live: LiveRelease) -> Iterator[str]:
        state = self.endpoints.describe(record.name)
        # What somebody deleted by hand is no matter of settings; what changes has its own reasons.
        if state is None or state.status != "InService":
            return
        release = self.ledger.read_release(record.name, live.release)
        yield from self._of_scaling(record, release)
        alarms = [each.request for each in wanted_alarms(release, self.topic, live)]
        prefix = alarm_name(record.name, live.variant, "")
        yield from alarm_differences(alarms, self.mirror.alarms(prefix))
        yield from self._of_sleep(record.name, release)
        yield from self._of_looks(record.name, release)
        yield from self._of_events(record, release)

    def _of_scaling(self, record: EndpointRecord, release: ReleaseRecord) -> Iterator[str]:
        if not release.scaling:
            return
        target = claimed(release.scaling["target"], record.claims, self.clock.now())
        targets, policies = self.mirror.scaling(str(target["ResourceId"]))
        yield from scaling_differences((target, release.scaling["policy"]), targets, policies)

    def _of_sleep(self, endpoint: str, release: ReleaseRecord) -> Iterator[str]:
        values = release.policy.get("sleep")
        if not values:
            return
        calendar = SleepCalendar.from_dict(values)
        for action, cron in (("sleep", calendar.at), ("wake", calendar.until)):
            found = self.schedules.find(schedule_name(endpoint, action))
            if found is None:
                yield f"The schedule to {action} is gone"
            elif not found.enabled:
                yield f"The schedule to {action} is disabled"
            elif (found.expression, found.timezone) != (cron.text, calendar.zone.key):
                yield f"The schedule to {action} is {found.expression} instead of {cron.text}"

    def _of_looks(self, endpoint: str, release: ReleaseRecord) -> Iterator[str]:
        wanted = release.policy.get("drift", {}).get("schedule")
        if not wanted:
            return
        found = self.schedules.find(schedule_name(endpoint, DRIFT))
        if found is None:
            yield "The schedule to look for drift is gone"
        elif not found.enabled:
            yield "The schedule to look for drift is disabled"
        elif found.expression != wanted:
            yield f"The schedule to look for drift is {found.expression} instead of {wanted}"

    def _of_events(self, record: EndpointRecord, release: ReleaseRecord) -> Iterator[str]:
        try:
            spec, _ = pin_spec(release, self.store)
        except SpecGone:
            return
        now = self.clock.now()
        for event in map(Announced.of, spec.scaling.events):
            at = moments(event, record.provisioning, now)
            if at is None:
                continue
            for phase, moment in zip(("claim", "end", "gone"), at, strict=True):
                name = event_schedule(record.name, event.name, phase)
                if moment > now + _MARGIN and self.schedules.find(name) is None:
                    yield f"The schedule for {event.name} ({phase}) is gone"
