"""An endpoint that serves, with everything around it that sleep touches."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from slipway.domain.naming import alarm_name
from slipway.domain.scaling import resource_id
from slipway.usecases.bedtime import Bedtime, Begun
from slipway.usecases.begin_sleep import begin_sleep
from slipway.usecases.begin_wake import Waking, begin_wake
from slipway.usecases.check_awake import Look, check_awake
from slipway.usecases.fall_back import fall_back
from slipway.usecases.quiet_guards import quiet_guards
from slipway.usecases.record_rest import record_rest
from slipway.usecases.reference import ReleaseRef
from slipway.usecases.remove_endpoint import remove_endpoint
from slipway.usecases.rest_on import rest_on
from slipway.usecases.rest_recorder import RestEnd
from slipway.usecases.restore_guards import restore_guards
from slipway.usecases.start_checks import start_checks
from slipway.usecases.take_snapshot import Night, take_snapshot
from slipway.usecases.wake_endpoint import wake_endpoint
from tests.fakes.clock import FakeClock
from tests.fakes.ledger import FakeLedger
from tests.fakes.make import MACHINE, drop, serve
from tests.fakes.world import (
    FakeAnnouncer,
    FakeExecutions,
    FakeGuards,
    FakeLog,
    FakeSageMaker,
    FakeScaling,
    FakeSchedules,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from slipway.domain.lease import EndpointRecord

REST = MACHINE.replace("release", "rest")
OWNER = REST.replace("stateMachine", "execution") + ":one"
CALENDAR = {
    "at": "cron(0 20 * * ? *)",
    "until": "cron(0 6 * * ? *)",
    "timezone": "Europe/Berlin",
    "except": ["2026-03-03"],
}
# 20:00 and 06:00 of the first night, in Berlin.
DUE, WAKE = "2026-03-02T19:00:00+00:00", "2026-03-03T05:00:00+00:00"
NO_ROOM = "Unable to provision requested ML compute capacity: InsufficientInstanceCapacity"
TYPES = ["ml.m5.large", "ml.m5.xlarge", "ml.c5.xlarge"]


class FakeMirror:
    """Implements EndpointMirror."""

    def __init__(self, sagemaker: FakeSageMaker, scaling: FakeScaling, guards: FakeGuards) -> None:
        self.sagemaker = sagemaker
        self.scaled = scaling
        self.guards = guards
        self.own_tags = {"slipway:endpoint": "churn", "team": "retention"}
        self.meanwhile: Callable[[], None] | None = None

    def tags(self, endpoint: str) -> Mapping[str, str]:
        return dict(self.own_tags)

    def config(self, name: str) -> Mapping[str, Any]:
        return self.sagemaker.configs[name]

    def scaling(self, resource_id: str) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
        if resource_id not in self.scaled.targets:
            return [], []
        return [self.scaled.targets[resource_id]], [self.scaled.policies[resource_id]]

    def actions(self, resource_id: str) -> list[Mapping[str, Any]]:
        return list(self.scaled.actions.get(resource_id, []))

    def alarms(self, prefix: str) -> list[Mapping[str, Any]]:
        if self.meanwhile:
            self.meanwhile()
            self.meanwhile = None
        return [alarm for name, alarm in self.guards.alarms.items() if name.startswith(prefix)]


class Bed:
    """The endpoint `churn`: two instances, one alarm, scaling from 2 to 10."""

    def __init__(self) -> None:
        self.ledger = FakeLedger()
        self.sagemaker = FakeSageMaker()
        self.scaling = FakeScaling()
        self.guards = FakeGuards()
        self.schedules = FakeSchedules()
        self.executions = FakeExecutions()
        self.announcer = FakeAnnouncer()
        self.clock = FakeClock()  # 09:00 UTC on Monday, 2 March
        self.mirror = FakeMirror(self.sagemaker, self.scaling, self.guards)
        self.live = serve(drop("1"), self.ledger, self.sagemaker)
        release = self.ledger.read_release("churn", self.live.release)
        facts = {"policy": {"sleep": CALENDAR, "instance_types": TYPES}}
        self.ledger.note_release("churn", self.live.release, facts)
        config = self.sagemaker.configs[self.live.config]["ProductionVariants"][0]
        config.update(ModelName=self.live.model, InstanceType=self.live.instance_type)
        self.resource = resource_id("churn", self.live.variant)
        suspended = {"DynamicScalingInSuspended": False}
        target = {**release.scaling["target"], "SuspendedState": suspended}
        self.scaling.register(target, release.scaling["policy"])
        self.alarm = alarm_name("churn", self.live.variant, "cpu")
        self.guards.put_alarms([self._alarm()])
        self.sagemaker.calls.clear()

    def _alarm(self) -> dict[str, Any]:
        return {
            "AlarmName": self.alarm,
            "MetricName": "CPUUtilization",
            "Threshold": 180.0,
            "TreatMissingData": "missing",
        }

    @property
    def record(self) -> EndpointRecord:
        return self.ledger.read_endpoint("churn")

    @property
    def ref(self) -> ReleaseRef:
        return ReleaseRef(OWNER, REST, "churn", self.live.release)

    def change(self, **facts: Any) -> None:
        self.ledger.write_endpoint(replace(self.record, **facts))

    def begin(self, due: str = "", until: str = "", owner: str = OWNER) -> Begun:
        return begin_sleep(
            Bedtime(owner, "churn", due, until),
            ledger=self.ledger,
            mirror=self.mirror,
            executions=self.executions,
            announcer=self.announcer,
            clock=self.clock,
        )

    def snapshot(self, until: str = "", *, by_hand: bool = False, event: str = "") -> None:
        take_snapshot(
            self.ref,
            Night(until, by_hand, event),
            ledger=self.ledger,
            endpoints=self.sagemaker,
            mirror=self.mirror,
            clock=self.clock,
        )

    def quiet(self) -> dict[str, Any]:
        return quiet_guards(
            self.ref,
            ledger=self.ledger,
            mirror=self.mirror,
            guards=self.guards,
            schedules=self.schedules,
            scaling=self.scaling,
            clock=self.clock,
        )

    def remove(self) -> bool:
        removed = remove_endpoint(
            self.ref, ledger=self.ledger, endpoints=self.sagemaker, clock=self.clock
        )
        return removed["gone"]

    def begin_wake(self, due: str = "", owner: str = OWNER) -> Waking:
        return begin_wake(
            Bedtime(owner, "churn", due),
            ledger=self.ledger,
            executions=self.executions,
            clock=self.clock,
        )

    def wake(self) -> None:
        wake_endpoint(
            self.ref,
            "token",
            ledger=self.ledger,
            endpoints=self.sagemaker,
            waker=self.executions,
            clock=self.clock,
        )

    def look(self) -> Look:
        return check_awake(
            self.ref,
            ledger=self.ledger,
            endpoints=self.sagemaker,
            log=FakeLog(["no module"]),
            clock=self.clock,
        )

    def fall_back(self) -> str:
        made = fall_back(self.ref, ledger=self.ledger, endpoints=self.sagemaker, clock=self.clock)
        return made["instance_type"]

    def restore(self) -> None:
        restore_guards(
            self.ref,
            ledger=self.ledger,
            mirror=self.mirror,
            guards=self.guards,
            schedules=self.schedules,
            scaling=self.scaling,
            clock=self.clock,
        )

    def end(
        self,
        outcome: Any,
        *,
        lent: bool = False,
        short: str = "",
        again: Any = "wake",
        **failure: str,
    ) -> dict[str, str]:
        return record_rest(
            self.ref,
            RestEnd(outcome, not lent, failure, short, again),
            ledger=self.ledger,
            starter=self.executions,
            schedules=self.schedules,
            announcer=self.announcer,
            clock=self.clock,
        )

    def rest_on(self, execution: str) -> None:
        rest_on(
            self.record,
            execution,
            starter=self.executions,
            schedules=self.schedules,
            machine=REST,
            now=self.clock.now(),
        )

    def check_all(self) -> dict[str, int]:
        return start_checks(
            ledger=self.ledger,
            starter=self.executions,
            announcer=self.announcer,
            machine=REST.replace("rest", "reconcile"),
            rest=REST,
            clock=self.clock,
        )

    def sleep(self, until: str = "") -> None:
        """Go to sleep, all the way."""
        assert self.begin(until=until).verdict == "sleep"
        self.snapshot(self.begin().until if not until else until, by_hand=True)
        self.quiet()
        assert not self.remove()
        self.sagemaker.settle("churn")
        assert self.remove()
        self.end("asleep")
