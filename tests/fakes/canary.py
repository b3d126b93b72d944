"""An endpoint on which version 1 serves and version 2 is being released beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from slipway.domain.images import resolve_image
from slipway.domain.judge import VariantMinute
from slipway.domain.naming import ReleaseNames
from slipway.domain.planning import AccountFacts, ArtifactFacts, plan_release
from slipway.domain.spec import EndpointSpec
from slipway.usecases.add_canary import add_canary
from slipway.usecases.arm_bake import Bake, arm_bake
from slipway.usecases.create_endpoint import HostingAccount
from slipway.usecases.judge_canary import judge_canary
from slipway.usecases.judge_step import judge_step
from slipway.usecases.promote_release import promote_release
from slipway.usecases.report_release import Reporter
from slipway.usecases.shift_back import shift_back
from slipway.usecases.shift_traffic import shift_traffic
from slipway.usecases.size_canary import size_canary
from tests.fakes.clock import FakeClock
from tests.fakes.ledger import FakeLedger
from tests.fakes.make import drop, lease, planned, ref, serve
from tests.fakes.measuring import FakeGate, FakeMeasurements, FakeReports
from tests.fakes.world import (
    FakeAnnouncer,
    FakeExecutions,
    FakeGuards,
    FakeSageMaker,
    FakeScaling,
    FakeSchedules,
    FakeStore,
)

if TYPE_CHECKING:
    from slipway.domain.release import ReleaseRecord
    from slipway.ports import VariantState
    from slipway.usecases.judge_step import Next

ACCOUNT = HostingAccount("arn:aws:iam::123456789012:role/serve", "monitoring", "arn:key")
JUDGE, SETTLE = "arn:judge", "arn:settle"
OLD, NEW = drop("1"), drop("2", minute=1)
TOKEN = "token"  # noqa: S105 - no secret
POLICY: dict[str, Any] = {
    "approve": False,
    "inconclusive": "roll-back",
    "replay": 200,
    "keep_previous_seconds": 3600,
}


class Canary:
    """Everything around that release; each method is a state of its workflow."""

    def __init__(self, *, fleet: int = 10, **policy: Any) -> None:
        self.ledger = FakeLedger()
        self.sagemaker = FakeSageMaker()
        self.scaling = FakeScaling()
        self.guards = FakeGuards()
        self.schedules = FakeSchedules()
        self.store = FakeStore()
        self.executions = FakeExecutions()
        self.announcer = FakeAnnouncer()
        self.measurements = FakeMeasurements()
        self.gate = FakeGate()
        self.reports = FakeReports()
        self.clock = FakeClock()
        self.old = serve(OLD, self.ledger, self.sagemaker)
        self.grow(fleet)
        self.ref = ref(NEW)
        self.ledger.open_release(self._planned(fleet, {**POLICY, **policy}))
        held = replace(self.ledger.read_endpoint("churn"), lease=lease(NEW))
        self.ledger.write_endpoint(held)
        self.sagemaker.calls.clear()

    def _planned(self, fleet: int, policy: dict[str, Any]) -> ReleaseRecord:
        release = planned(NEW, policy=policy)
        plan = plan_release(
            names=ReleaseNames.of("churn", "2", NEW.digest),
            spec=EndpointSpec(),
            artifact=ArtifactFacts(release.inspection["accepted"]),
            image=resolve_image("xgboost", None, "us-east-1"),
            account=AccountFacts("us-east-1"),
            live=replace(self.old, instance_count=fleet),
        )
        return replace(release, plan=plan.as_dict())

    def grow(self, count: int) -> None:
        """Give what serves more instances, as demand does."""
        self.sagemaker.set_count("churn", self.old.variant, count)
        self.sagemaker.settle("churn")

    # --- what there is ---------------------------------------------------------------------------

    @property
    def release(self) -> ReleaseRecord:
        return self.ledger.read_release("churn", NEW.release)

    @property
    def variant(self) -> str:
        return str(self.release.plan["names"]["variant"])

    @property
    def config(self) -> str:
        return str(self.release.made["canary_config"])

    def variants(self) -> dict[str, VariantState]:
        return {each.name: each for each in self.sagemaker.endpoints["churn"].variants}

    def target(self, variant: str) -> dict[str, Any]:
        return dict(self.scaling.targets[f"endpoint/churn/variant/{variant}"])

    # --- the states ------------------------------------------------------------------------------

    def add(self) -> None:
        add_canary(
            self.ref,
            TOKEN,
            ACCOUNT,
            ledger=self.ledger,
            endpoints=self.sagemaker,
            bounds=self.scaling,
            accepted=self.store,
            waker=self.executions,
            clock=self.clock,
        )

    def added(self) -> None:
        """Add the canary and guard it."""
        self.add()
        self.sagemaker.settle("churn")
        made = {**self.release.made, "alarms": ["canary-alarm"]}
        self.ledger.note_release("churn", NEW.release, {"made": made})
        self.sagemaker.calls.clear()

    def size(self, step: int = 0) -> None:
        size_canary(
            self.ref,
            step,
            TOKEN,
            ledger=self.ledger,
            endpoints=self.sagemaker,
            bounds=self.scaling,
            waker=self.executions,
            clock=self.clock,
        )

    def shift(self, step: int = 0) -> None:
        shift_traffic(
            self.ref,
            step,
            TOKEN,
            ledger=self.ledger,
            endpoints=self.sagemaker,
            alarms=self.guards,
            waker=self.executions,
            clock=self.clock,
        )

    def bake(self, step: int = 0, tries: int = 1) -> None:
        arm_bake(
            self.ref,
            Bake(step, tries, TOKEN, JUDGE),
            ledger=self.ledger,
            endpoints=self.sagemaker,
            alarms=self.guards,
            scaling=self.scaling,
            schedules=self.schedules,
            announcer=self.announcer,
            clock=self.clock,
        )

    def baking(self, step: int = 0) -> None:
        """Bring the traffic of a step to the canary and arm its bake."""
        self.size(step)
        self.sagemaker.settle("churn")
        self.shift(step)
        self.clock.advance(seconds=40)
        self.sagemaker.settle("churn")
        self.bake(step)
        self.sagemaker.calls.clear()

    def look(self) -> dict[str, Any]:
        return judge_canary(
            "churn",
            NEW.release,
            ledger=self.ledger,
            measurements=self.measurements,
            failer=self.executions,
            gate=self.gate,
            endpoints=self.sagemaker,
            announcer=self.announcer,
            clock=self.clock,
        )

    def judge(self, step: int = 0, tries: int = 1) -> Next:
        return judge_step(
            self.ref,
            step,
            tries,
            ledger=self.ledger,
            measurements=self.measurements,
            schedules=self.schedules,
            clock=self.clock,
        )

    def back(self) -> bool:
        return bool(
            shift_back(self.ref, ledger=self.ledger, endpoints=self.sagemaker, clock=self.clock)[
                "shifted"
            ]
        )

    def promote(self) -> dict[str, str]:
        return promote_release(
            self.ref,
            ledger=self.ledger,
            alarms=self.guards,
            scaling=self.scaling,
            starter=self.executions,
            announcer=self.announcer,
            schedules=self.schedules,
            settle=SETTLE,
            clock=self.clock,
            reporter=Reporter(self.ledger, self.measurements, self.reports, self.clock),
        ).as_dict()

    # --- what users do ---------------------------------------------------------------------------

    def traffic(self, minutes: int, *, errors: int = 0, requests: int = 100) -> None:
        """Let minutes pass in which both variants get requests; the canary fails some of its."""
        begin = self.clock.now().replace(second=0, microsecond=0)
        for number in range(minutes):
            at = begin + timedelta(minutes=number)
            self._minute(self.variant, at, requests, errors)
            self._minute(self.old.variant, at, 10 * requests, 0)
        self.clock.advance(minutes=minutes)

    def traffic_before(self, minutes: int) -> None:
        """Let minutes pass in which only what serves gets requests."""
        begin = self.clock.now().replace(second=0, microsecond=0)
        for number in range(minutes):
            self._minute(self.old.variant, begin + timedelta(minutes=number), 1000, 0)
        self.clock.advance(minutes=minutes)

    def _minute(self, variant: str, at: datetime, requests: int, errors: int) -> None:
        minute = VariantMinute(at, requests, errors, 12_000.0, tail=20_000.0)
        self.measurements.add("churn", variant, minute)
