"""Settings without a new model, decision by decision; and what is otherwise than they say."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from slipway.domain.capacity.claims import Claim
from slipway.domain.capacity.rest import Asleep
from slipway.domain.lease import Lease, Parked
from slipway.domain.naming import alarm_name, schedule_name
from slipway.domain.planning.settings import settings_for
from slipway.domain.policy import changed_hosting, release_policy
from slipway.domain.scaling import free
from slipway.domain.spec import parse_spec
from slipway.usecases.begin_reconcile import Reconciler
from slipway.usecases.compare_settings import Comparer
from slipway.usecases.guard_endpoint import guard_endpoint
from slipway.usecases.plan_schedules import Calls, plan_live_schedules
from slipway.usecases.reconcile_on import reconcile_on
from slipway.usecases.reconciling import Asked, Begun
from slipway.usecases.record_reconciled import ReconcileEnd, record_reconciled
from slipway.usecases.reference import ReleaseRef
from slipway.usecases.register_scaling import register_scaling
from slipway.usecases.released_anew import release_anew
from slipway.usecases.settings_key import arrived_key
from slipway.usecases.start_checks import start_checks
from tests.fakes.clock import FakeClock
from tests.fakes.ledger import FakeLedger
from tests.fakes.make import BUCKET, MACHINE, drop, execution, lease, planned, serve
from tests.fakes.rest import FakeMirror
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

REGION, TOPIC, RECONCILE = "us-east-1", "topic", MACHINE.replace("release", "reconcile")
ONE = RECONCILE.replace("stateMachine", "execution") + ":one"
TWO = RECONCILE.replace("stateMachine", "execution") + ":two"
KEY = "models/churn/endpoint.yaml"
BEFORE = "scaling: {target: 600, min: 2, max: 10}\n"
SMALLER = "scaling: {target: 600, min: 2, max: 4}\n"
NIGHTS = """
sleep:
  at: cron(0 20 ? * * *)
  until: cron(0 6 ? * * *)
scaling:
  events:
    - {name: Sale, from: "2026-03-09T08:00", until: "2026-03-09T12:00", floor: 4}
"""


class Desk:
    """The endpoint `churn`, which serves version 1 with the settings v1."""

    def __init__(self) -> None:
        self.ledger, self.store = FakeLedger(), FakeStore()
        self.sagemaker, self.scaling, self.guards = FakeSageMaker(), FakeScaling(), FakeGuards()
        self.schedules, self.executions = FakeSchedules(), FakeExecutions()
        self.announcer, self.clock = FakeAnnouncer(), FakeClock()
        self.live = serve(drop("1"), self.ledger, self.sagemaker)
        self.adopt(BEFORE)

    def adopt(self, text: str) -> None:
        """Let the settings be those that serve, as a release leaves them."""
        self.store.write_text(KEY, text)
        settings = settings_for(parse_spec(text), self.live.instance_type, self.release, REGION)
        facts = {
            "scaling": dict(settings.scaling),
            "policy": dict(settings.policy),
            "spec_version": self.store.version_of(KEY),
        }
        self.ledger.note_release("churn", self.live.release, facts)
        self.change(lease=lease(drop("1")))
        self.repair(execution("one"))
        self.change(lease=None)

    def repair(self, owner: str = ONE) -> None:
        """Do what the workflow does while it holds the lease."""
        ref = ReleaseRef(owner, RECONCILE, "churn", self.live.release)
        register_scaling(ref, ledger=self.ledger, scaling=self.scaling, clock=self.clock)
        guard_endpoint(
            ref,
            topic_arn=TOPIC,
            region=REGION,
            ledger=self.ledger,
            guards=self.guards,
            clock=self.clock,
        )
        plan_live_schedules(
            ref,
            Calls("hold", "rest", "drift"),
            ledger=self.ledger,
            store=self.store,
            endpoints=self.sagemaker,
            bounds=self.scaling,
            schedules=self.schedules,
            clock=self.clock,
        )

    def change(self, **facts: Any) -> None:
        self.ledger.write_endpoint(replace(self.ledger.read_endpoint("churn"), **facts))

    @property
    def release(self) -> ReleaseRecord:
        return self.ledger.read_release("churn", self.live.release)

    def begin(self, given: dict[str, Any], owner: str = ONE, **more: Any) -> Begun:
        reconciler = Reconciler(
            REGION,
            ledger=self.ledger,
            store=self.store,
            executions=self.executions,
            announcer=self.announcer,
            clock=self.clock,
        )
        asked = {"execution": owner, "input": given, "hold": False, "looks": 1, **more}
        return reconciler.begin(Asked.parse(asked))

    def arrives(self, text: str, owner: str = ONE, **more: Any) -> Begun:
        self.store.write_text(KEY, text)
        return self.begin(event(version=str(self.store.version_of(KEY))), owner, **more)

    def look(self, *, hold: bool = False) -> Begun:
        return self.begin({"endpoint": "churn", "check": True}, TWO, hold=hold)

    def end(self, begun: Begun, **more: Any) -> dict[str, str]:
        key = arrived_key(event())
        return record_reconciled(
            ReleaseRef(ONE, RECONCILE, begun.endpoint, begun.release),
            ReconcileEnd(key, begun.version, **{"changes": begun.changes, **more}),
            ledger=self.ledger,
            starter=self.executions,
            announcer=self.announcer,
            clock=self.clock,
        )

    def differences(self) -> list[str]:
        comparer = Comparer(
            TOPIC,
            ledger=self.ledger,
            store=self.store,
            endpoints=self.sagemaker,
            mirror=FakeMirror(self.sagemaker, self.scaling, self.guards),
            schedules=self.schedules,
            clock=self.clock,
        )
        return comparer.compare("churn")


def event(key: str = KEY, version: str = "v2") -> dict[str, Any]:
    return {"detail": {"bucket": {"name": BUCKET}, "object": {"key": key, "version-id": version}}}


@pytest.fixture
def desk() -> Desk:
    return Desk()


# ── what arrives ────────────────────────────────────────────────────────────────────────────────


def test_settings_are_adopted_under_the_lease_and_told_before_it_goes(desk: Desk) -> None:
    begun = desk.arrives(SMALLER + "alarms: {latency: 2500}\n")
    assert begun.verdict == "apply"
    assert begun.changes == ("scaling.max: 10 → 4", "alarms.latency_ms: 1000 → 2500")
    assert desk.ledger.read_endpoint("churn").lease is not None
    assert (desk.release.spec_version, desk.release.policy["alarms"]["latency_ms"]) == ("v2", 2500)
    desk.repair()
    (target,) = desk.scaling.targets.values()
    assert target["MaxCapacity"] == 4

    desk.end(begun)
    desk.end(begun)
    (news,) = desk.announcer.news
    assert (news.kind, news.facts["spec_version"]) == ("Settings Applied", "v2")
    assert news.facts["changes"] == list(begun.changes)
    assert desk.ledger.read_endpoint("churn").lease is None
    assert desk.ledger.settings[f"{BUCKET}/{KEY}", "v2"]["outcome"] == "applied"


def test_a_model_that_follows_its_settings_is_released_with_them(desk: Desk) -> None:
    before = desk.release
    assert desk.arrives(SMALLER, looks=0).verdict == "soon"
    assert desk.release == before
    assert desk.ledger.read_endpoint("churn").lease is None


def test_a_repeated_beginning_still_knows_what_changed(desk: Desk) -> None:
    first = desk.arrives(SMALLER)
    assert desk.begin(event()) == first


def test_a_lease_that_was_taken_for_what_is_superseded_by_now_is_passed_on(desk: Desk) -> None:
    desk.store.write_text(KEY, SMALLER)
    # It was taken, and nothing was written after that.
    desk.change(lease=Lease(ONE, desk.live.release, "2026-03-02T09:00:00+00:00"))
    desk.store.write_text(KEY, BEFORE)
    begun = desk.begin(event())
    assert (begun.verdict, begun.changes) == ("apply", ())
    desk.end(begun)
    assert desk.ledger.read_endpoint("churn").lease is None


def test_the_event_that_comes_twice_is_worked_on_once(desk: Desk) -> None:
    desk.arrives(SMALLER)
    assert desk.begin(event(), TWO).reason == f"{ONE} applies it"


def test_a_parked_drop_runs_when_settings_are_applied(desk: Desk) -> None:
    begun = desk.arrives(SMALLER)
    desk.change(parked=Parked(drop("2", minute=9), execution("two")))
    assert desk.end(begun)["handed_to"] in desk.executions.started


def test_nobody_knows_the_endpoint(desk: Desk) -> None:
    begun = desk.begin(event("models/other/endpoint.yaml"))
    assert (begun.verdict, begun.reason) == ("nothing", "Nothing serves other")
    assert desk.ledger.settings[f"{BUCKET}/models/other/endpoint.yaml", "v2"]["outcome"]
    assert desk.announcer.news == []


def test_settings_that_come_during_a_first_release_wait_for_it(desk: Desk) -> None:
    desk.ledger.open_release(planned(drop("1", endpoint="other")))
    assert desk.begin(event("models/other/endpoint.yaml")).verdict == "busy"


@pytest.mark.parametrize(
    ("key", "verdict", "told"),
    [
        ("models/endpoint.yaml", "refused", 1),
        ("models/-bad-/endpoint.yaml", "refused", 1),
        # The release workflow refuses what lies within a version.
        ("models/churn/1/endpoint.yaml", "nothing", 0),
        ("models/churn/1/deep/endpoint.yaml", "nothing", 0),
    ],
)
def test_settings_where_nobody_looks_for_them(
    desk: Desk, key: str, verdict: str, told: int
) -> None:
    assert desk.begin(event(key)).verdict == verdict
    assert desk.announcer.kinds == ["Settings Refused"] * told


def test_invalid_settings_are_refused_with_line_and_suggestion_and_change_nothing(
    desk: Desk,
) -> None:
    before = desk.release
    assert desk.arrives("scaling:\n  maxx: 3\n").verdict == "refused"
    (news,) = desk.announcer.news
    (problem,) = news.facts["problems"]
    assert (problem["line"], problem["path"]) == (2, "scaling.maxx")
    assert "max" in problem["suggestion"]
    assert desk.release == before
    assert desk.ledger.read_endpoint("churn").lease is None
    # The look does not tell it each day, and keeps up what was applied.
    assert desk.look().verdict == "compare"
    assert len(desk.announcer.news) == 1


def test_a_budget_that_does_not_reach_is_refused(desk: Desk) -> None:
    begun = desk.arrives(BEFORE + "budget: {monthly_usd: 1}\n")
    assert begun.verdict == "refused"
    assert "budget.monthly_usd" in begun.reason


def test_a_budget_limits_in_place(desk: Desk) -> None:
    desk.arrives(BEFORE + "budget: {monthly_usd: 400}\n")
    target = desk.release.scaling["target"]
    assert 2 <= target["MaxCapacity"] < 10


def test_older_settings_give_way_to_newer_ones(desk: Desk) -> None:
    desk.store.write_text(KEY, SMALLER)
    desk.store.write_text(KEY, BEFORE)
    assert desk.begin(event(version="v2")).reason == "Superseded by version v3"


def test_a_release_that_uses_the_settings_leaves_nothing_to_do(desk: Desk) -> None:
    desk.store.write_text(KEY, SMALLER)
    desk.change(lease=lease(drop("2"), "two"))
    desk.executions.running.add(execution("two"))
    assert desk.begin(event()).verdict == "busy"
    # It succeeded with them.
    desk.ledger.note_release("churn", desk.live.release, {"spec_version": "v2"})
    desk.change(lease=None)
    assert desk.begin(event()).verdict == "nothing"
    assert desk.announcer.news == []


def test_settings_wait_until_the_endpoint_is_awake(desk: Desk) -> None:
    desk.change(asleep=Asleep("2026-03-02T08:00:00+00:00", "", "config"))
    assert desk.arrives(SMALLER).verdict == "busy"
    assert desk.look().verdict == "nothing"


# ── hosting ─────────────────────────────────────────────────────────────────────────────────────


def test_other_hosting_waits_for_a_model_and_is_released_once(desk: Desk) -> None:
    other = BEFORE + "hosting: {instance_type: ml.c5.xlarge}\n"
    assert desk.arrives(other, looks=0).verdict == "soon"
    begun = desk.begin(event())
    assert (begun.verdict, begun.changes) == ("release", ("hosting.instance_type",))
    ref = ReleaseRef(ONE, RECONCILE, "churn", begun.release)
    for _ in range(2):
        release_anew(
            ref,
            begun.version,
            begun.changes,
            arrived_key(event()),
            machine=MACHINE,
            ledger=desk.ledger,
            starter=desk.executions,
            announcer=desk.announcer,
            clock=desk.clock,
        )
    (started,) = desk.executions.started.values()
    assert started["drop"]["origin"] == desk.live.release
    assert desk.release.spec_version == "v1"

    # It was tried and did not hold: the look does not try it each day.
    again = drop("1", **{k: v for k, v in started["drop"].items() if k in _OF_A_DROP})
    desk.ledger.open_release(planned(again, outcome="rolled-back"))
    assert desk.look().verdict == "compare"


_OF_A_DROP = ("bucket", "key", "version_id", "last_modified")


def test_fallback_types_change_in_place(desk: Desk) -> None:
    fallback = "hosting: {fallback_instance_types: [ml.m5.xlarge]}\n"
    assert desk.arrives(BEFORE + fallback).changes == ("hosting.fallback_instance_types",)


def test_the_environment_is_compared_and_not_kept() -> None:
    old, new = (
        release_policy(parse_spec(f"hosting: {{environment: {{TOKEN: {word}}}}}"))
        for word in ("secret", "other")
    )
    assert changed_hosting(old, new) == ("hosting.environment",)
    assert "secret" not in str(old)


# ── the look ────────────────────────────────────────────────────────────────────────────────────


def test_what_is_as_it_should_be_has_no_differences(desk: Desk) -> None:
    desk.adopt(NIGHTS)
    assert desk.look().verdict == "compare"
    assert desk.differences() == []


@pytest.mark.parametrize(
    "what", ["target", "limits", "suspended", "policy", "value", "alarm", "limit", "sleep", "event"]
)
def test_what_somebody_changed_is_found_and_put_right(desk: Desk, what: str) -> None:
    desk.adopt(NIGHTS)
    _break(desk, what)
    found = desk.differences()
    assert len(found) >= 1
    begun = desk.look(hold=True)
    assert (begun.verdict, begun.changes) == ("apply", ())
    desk.repair(TWO)
    desk.change(lease=None)
    assert desk.differences() == []


def _break(desk: Desk, what: str) -> None:
    name = str(desk.release.scaling["target"]["ResourceId"])
    cpu = alarm_name("churn", desk.live.variant, "cpu")
    policy = desk.scaling.policies[name]
    tracking = "TargetTrackingScalingPolicyConfiguration"
    by_hand: dict[str, Any] = {
        "target": lambda: desk.scaling.deregister(name),
        "limits": lambda: desk.scaling.set_bounds({"ResourceId": name, "MaxCapacity": 99}),
        "suspended": lambda: desk.scaling.set_bounds(
            {"ResourceId": name, "SuspendedState": {"DynamicScalingInSuspended": True}}
        ),
        "policy": lambda: desk.scaling.put_policy({**policy, "PolicyName": "mine"}),
        "value": lambda: desk.scaling.put_policy(
            {**policy, tracking: {**policy[tracking], "TargetValue": 1.0}}
        ),
        "alarm": lambda: desk.guards.delete_alarms([cpu]),
        "limit": lambda: desk.guards.put_alarms([{**desk.guards.alarms[cpu], "Threshold": 1.0}]),
        "sleep": lambda: desk.schedules.remove(schedule_name("churn", "sleep")),
        "event": lambda: _forget_events(desk),
    }
    by_hand[what]()


def _forget_events(desk: Desk) -> None:
    for each in [name for name in desk.schedules.schedules if "event" in name]:
        desk.schedules.remove(each)


def test_claims_releases_and_sleep_explain_differences(desk: Desk) -> None:
    now = desk.clock.now()
    burst = Claim("burst", 7, (now + timedelta(hours=1)).isoformat(), now.isoformat())
    desk.change(claims=(burst,))
    (name,) = desk.scaling.targets
    desk.scaling.set_bounds(free({"ResourceId": name, "MinCapacity": 7}))
    assert desk.differences() == []
    _break(desk, "limits")
    desk.change(lease=lease(drop("2"), "two"))
    desk.executions.running.add(execution("two"))
    assert desk.differences() == []
    assert desk.look().verdict == "nothing"
    desk.change(lease=None, asleep=Asleep("2026-03-02T08:00:00+00:00", "", "config"))
    assert desk.differences() == []


def test_on_the_type_that_it_woke_on_its_alarms_are_those_of_that_type(desk: Desk) -> None:
    cpu = alarm_name("churn", desk.live.variant, "cpu")
    before = desk.guards.alarms[cpu]["Threshold"]
    desk.change(live=replace(desk.live, instance_type="ml.m5.xlarge"))
    desk.guards.put_alarms([{**desk.guards.alarms[cpu], "Threshold": 2 * before}])
    # Only its words are of the other type.
    assert [each.rpartition(" ")[2] for each in desk.differences()] == ["AlarmDescription"]
    desk.change(lease=lease(drop("1")))
    desk.repair(execution("one"))
    assert desk.guards.alarms[cpu]["Threshold"] == 2 * before
    desk.change(lease=None)
    assert desk.differences() == []


def test_what_demand_taught_an_alarm_is_no_difference(desk: Desk) -> None:
    demand = alarm_name("churn", desk.live.variant, "demand")
    desk.guards.put_alarms([{**desk.guards.alarms[demand], "Threshold": 77.0}])
    assert desk.differences() == []


def test_another_metric_takes_its_alarms_along(desk: Desk) -> None:
    desk.adopt("scaling: {metric: concurrency, target: 5}\n")
    assert not [name for name in desk.guards.alarms if name.endswith("demand-minutes")]
    assert desk.differences() == []


def test_settings_that_were_never_applied_are_applied_by_the_look(desk: Desk) -> None:
    desk.store.write_text(KEY, SMALLER)
    assert desk.look().changes == ("scaling.max: 10 → 4",)


def test_settings_that_somebody_deleted_stay_what_they_were(desk: Desk) -> None:
    desk.store.texts.clear()
    assert desk.look().verdict == "compare"


def test_what_fails_is_told_and_the_lease_goes(desk: Desk) -> None:
    begun = desk.arrives(SMALLER)
    desk.end(begun, failure={"Error": "ServiceBusy", "Cause": '{"errorMessage": "throttled"}'})
    (news,) = desk.announcer.news
    assert news.kind == "Settings Refused"
    assert "throttled" in news.reason
    assert desk.ledger.read_endpoint("churn").lease is None


# ── who starts it ───────────────────────────────────────────────────────────────────────────────


def test_each_endpoint_that_serves_is_looked_at_once_a_day(desk: Desk) -> None:
    ports: dict[str, Any] = {
        "ledger": desk.ledger,
        "starter": desk.executions,
        "announcer": desk.announcer,
        "machine": RECONCILE,
        "rest": RECONCILE.replace("reconcile", "rest"),
        "clock": desk.clock,
    }
    for _ in range(2):
        assert start_checks(**ports) == {"started": 1, "overdue": 0}
    assert list(desk.executions.started.values()) == [{"endpoint": "churn", "check": True}]
    desk.clock.advance(days=1)
    start_checks(**ports)
    assert len(desk.executions.started) == 2


def test_what_died_is_followed_by_one_look_and_a_look_by_none(desk: Desk) -> None:
    for given in (event(), {"endpoint": "churn", "check": True}, event("models/endpoint.yaml")):
        reconcile_on(ONE, given, starter=desk.executions, machine=RECONCILE)
    reconcile_on(execution("one"), event(), starter=desk.executions, machine=RECONCILE)
    assert list(desk.executions.started.values()) == [{"endpoint": "churn", "check": True}]


# ── how often traffic is looked at ──────────────────────────────────────────────────────────────


def test_another_rhythm_of_looks_is_applied_in_place_and_kept_up(desk: Desk) -> None:
    name = schedule_name("churn", "drift")
    begun = desk.arrives(BEFORE + "drift: {schedule: rate(6 hours)}\n")
    assert begun.changes == ("drift.schedule: rate(1 hour) → rate(6 hours)",)
    desk.repair()
    assert desk.schedules.schedules[name]["expression"] == "rate(6 hours)"
    desk.end(begun)
    assert desk.differences() == []
    desk.schedules.pause(name)
    assert desk.differences() == ["The schedule to look for drift is disabled"]
    desk.schedules.remove(name)
    assert desk.differences() == ["The schedule to look for drift is gone"]


def test_where_nothing_is_captured_nothing_is_looked_at(desk: Desk) -> None:
    desk.adopt(BEFORE + "drift: {sampling: 0}\n")
    assert schedule_name("churn", "drift") not in desk.schedules.schedules
    assert desk.differences() == []
