"""The whole workflow on fakes: an endpoint that serves, and captures in the monitoring bucket."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from slipway.errors import BaselineRefused
from slipway.usecases.begin_drift import Glance, begin_drift
from slipway.usecases.drift_look import Work
from slipway.usecases.drift_run import RunRef
from slipway.usecases.fail_drift import fail_drift
from slipway.usecases.judge_drift import DriftJudge
from slipway.usecases.judge_quality import QualityJudge
from slipway.usecases.learn_baseline import Learner
from slipway.usecases.plan_drift import plan_drift
from slipway.usecases.profile_captures import Batch, profile_captures
from slipway.usecases.tell_drift import Done, DriftTeller
from tests.fakes.clock import FakeClock
from tests.fakes.drift import FakeGauges, FakeModelFiles, FakeMonitoring, FakeNumbers
from tests.fakes.ledger import FakeLedger
from tests.fakes.make import drop, execution, serve
from tests.fakes.world import FakeAnnouncer, FakeExecutions, FakeSageMaker
from tests.unit.drift_runs.captures import lines

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.drift.record import DriftRecord
    from slipway.domain.release import Drop, LiveRelease
    from slipway.ports import Clock

State = dict[str, Any]
HOUR = timedelta(hours=1)


class Watching:
    """The endpoint `churn`, watched once an hour.

    Parameters
    ----------
    settings : mapping
        `drift` of its settings.
    """

    def __init__(self, **settings: Any) -> None:
        self.ledger, self.executions, self.clock = FakeLedger(), FakeExecutions(), FakeClock()
        self.announcer, self.gauges, self.beside = FakeAnnouncer(), FakeGauges(), FakeModelFiles()
        self.bucket, self.numbers_of_users = FakeMonitoring(self.clock.now() - HOUR), FakeNumbers()
        self.live: LiveRelease
        self.settings = settings
        self.serve(drop("1"))
        self.numbers = random.Random(7)
        # Who judges quality looks at it for how long that takes.
        self.stopwatch: Clock = self.clock
        self._files = 0
        self._learnt: State = {"yardstick": ""}
        self.unknown: State = {}

    def serve(self, what: Drop, *, in_place: bool = False) -> None:
        """Let a release serve, by default behind a variant of its own."""
        before = self.live.variant if in_place else ""
        self.live = serve(what, self.ledger, FakeSageMaker())
        facts = {"policy": {"drift": self.settings}, "ended": self.clock.now().isoformat()}
        self.ledger.note_release("churn", self.live.release, facts)
        if in_place:
            self.live = replace(self.live, variant=before)
            self.put_live(self.live)

    def put_live(self, live: LiveRelease) -> None:
        """Let something serve that served before."""
        self.live = live
        self.ledger.endpoints["churn"] = replace(self.ledger.endpoints["churn"], live=live)

    @property
    def record(self) -> DriftRecord:
        return self.ledger.read_drift("churn")

    def capture(self, content: bytes, name: str = "") -> str:
        """Let SageMaker write a file into the folder of this hour."""
        self._files += 1
        hour = f"{self.clock.now() - HOUR:%Y/%m/%d/%H}"
        key = f"capture/churn/{self.live.variant}/{hour}/{name or f'{self._files:04}'}.jsonl"
        self.bucket.place(key, content, self.clock.now() - timedelta(minutes=30))
        return key

    def traffic(self, rows: int = 400, mean: float = 0.0) -> str:
        """Capture requests of two columns around a mean, half an hour ago."""
        at = f"{self.clock.now() - timedelta(minutes=30):%Y-%m-%dT%H:%M:%SZ}"
        draw = self.numbers.gauss
        rows_of = [f"{draw(mean, 1):.4f},{draw(0, 1):.4f}" for _ in range(rows)]
        return self.capture(lines(rows_of, prefix=f"f{self._files}", at=at))

    def baseline(self, rows: int = 2000) -> None:
        """Put training data beside the model: two columns, and the label."""
        draw = self.numbers.gauss
        told = [f"{draw(0, 1):.4f},{draw(0, 1):.4f},{n % 2}" for n in range(rows)]
        text = "\n".join(["a,b,label", *told, ""])
        self.beside.place("models/churn/1/baseline.csv", text.encode())

    # ── the states ──────────────────────────────────────────────────────────────────────────────

    def begin(self, name: str = "one", due: str = "") -> RunRef | None:
        asked = Glance(execution(name), "churn", due)
        ports: Any = {"ledger": self.ledger, "executions": self.executions, "clock": self.clock}
        begun = begin_drift(asked, **ports)
        if begun.verdict != "look":
            return None
        self.executions.running.add(execution(name))
        return RunRef(execution(name), "churn", begun.run)

    def plan(self, ref: RunRef) -> State:
        planned = plan_drift(ref, ledger=self.ledger, files=self.bucket, shelf=self.bucket)
        return planned.as_dict()

    def learn(self, ref: RunRef, planned: State) -> State:
        learner = Learner(
            ledger=self.ledger, beside=self.beside, files=self.bucket, shelf=self.bucket
        )
        self._learnt = learner.learn(ref, planned["plan"]).as_dict()
        return self._learnt

    def profile(self, ref: RunRef, planned: State, learnt: State) -> None:
        for line in self.bucket.lines(planned["plan"]):
            given = {"endpoint": "churn", "run": ref.run, "yardstick": learnt["yardstick"]}
            given["answers"] = planned["answers"]
            batch = Batch.parse({**given, "work": json.loads(line)})
            profile_captures(batch, files=self.bucket, shelf=self.bucket)

    def quality(self, ref: RunRef) -> State:
        judge = QualityJudge(
            ledger=self.ledger,
            beside=self.beside,
            files=self.bucket,
            shelf=self.bucket,
            numbers=self.numbers_of_users,
            clock=self.stopwatch,
        )
        return judge.judge(ref)

    def judge(self, ref: RunRef, planned: State, learnt: State, **known: Any) -> State:
        judge = DriftJudge(ledger=self.ledger, shelf=self.bucket, clock=self.clock)
        return judge.judge(ref, Work.parse({"planned": planned, **learnt, **known}))

    def tell(self, ref: RunRef, planned: State, judged: State) -> State:
        teller = DriftTeller(
            ledger=self.ledger,
            shelf=self.bucket,
            announcer=self.announcer,
            gauges=self.gauges,
            clock=self.clock,
        )
        told = {"planned": planned, "learnt": self._learnt, "judged": judged}
        told["unknown"], self.unknown = self.unknown, {}
        return teller.tell(ref, Done.parse(told))

    def fail(self, ref: RunRef, failure: Mapping[str, Any]) -> State:
        ports: Any = {"ledger": self.ledger, "announcer": self.announcer, "clock": self.clock}
        return dict(fail_drift(ref, failure, **ports))

    def found(self, ref: RunRef) -> tuple[State, State]:
        """Go on to the end of judging; return what was planned and judged."""
        planned, learnt = self.plan(ref), {"yardstick": ""}
        self._learnt = learnt
        if planned["batches"]:
            learnt = self.learn(ref, planned)
            if not learnt["yardstick"]:
                return planned, {}
            self.profile(ref, planned, learnt)
        known = self._known(ref) if planned["quality"] else {"quality": ""}
        if planned["batches"] or known["quality"]:
            return planned, self.judge(ref, planned, learnt, **known)
        return planned, {}

    def _known(self, ref: RunRef) -> State:
        """Go on without quality where it cannot be judged, as the workflow does."""
        try:
            return self.quality(ref)
        except (BaselineRefused, MemoryError) as error:
            self.unknown = {"Error": type(error).__name__, "Cause": str(error)}
            return {"quality": ""}

    def run(self, name: str = "") -> State:
        """Run the workflow an hour later; return what it told."""
        self.clock.advance(hours=1)
        ref = self.begin(name or f"at-{self.clock.now():%d-%H}")
        assert ref is not None
        told = self.tell(ref, *self.found(ref))
        self.executions.running.discard(ref.execution)
        return told
