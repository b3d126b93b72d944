"""Once a day: what account and ledger do not agree about, and what is put right."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from slipway.domain.capacity.rest import Asleep
from slipway.domain.ended import FORGOTTEN, Ended
from slipway.domain.lease import EndpointRecord, Lease, Parked
from slipway.domain.naming import alarm_name, schedule_name
from slipway.domain.selfcheck import Account, Listed, Serving, StoredArtifact
from slipway.domain.settling import Settling
from slipway.usecases.check_account import AccountChecker
from slipway.usecases.claim_drop import Arrival
from tests.fakes.clock import FakeClock
from tests.fakes.ledger import FakeLedger
from tests.fakes.make import BUCKET, drop, execution, live, planned
from tests.fakes.world import INSPECTED, FakeAnnouncer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slipway.domain.release import Drop


def accepted(what: Drop) -> str:
    return f"s3://{BUCKET}/accepted/sha-{what.version}/model.tar.gz"


ONE, TWO = drop("1"), drop("2", minute=5)
LIVE = live(TWO)
AGO = timedelta(days=2)
LONG_AGO = "2026-02-01T09:00:00+00:00"


class World:
    """An endpoint on which version 2 is live, after version 1; all is as it should be."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.ledger = FakeLedger()
        self.announcer = FakeAnnouncer()
        self.over: dict[str, Ended] = {}
        self.recovered: list[str] = []
        self.handed: list[Ended] = []
        self.unread: set[str] = set()
        self.removed: list[str] = []
        self.tags: dict[str, str] = {}
        made = {"config": live(ONE).config, "model": live(ONE).model}
        kept = {"config": LIVE.config, "model": LIVE.model}
        self.ledger.open_release(planned(ONE, outcome="succeeded", made=made, ended=LONG_AGO))
        self.ledger.open_release(planned(TWO, outcome="succeeded", made=kept, ended=LONG_AGO))
        self.record = EndpointRecord("churn", revision=1, live=LIVE)
        self.account = Account(
            endpoints={"churn": Serving("InService", LIVE.config, {LIVE.variant: 1.0})},
            configs=self.listed(LIVE.config, live(ONE).config, "somebody-elses"),
            models=self.listed(LIVE.model, live(ONE).model),
            alarms=self.listed(alarm_name("churn", LIVE.variant, "cpu"), "slipway-by-hand"),
            targets=self.listed(f"endpoint/churn/variant/{LIVE.variant}", "endpoint/x/variant/y"),
            schedules=self.listed(schedule_name("churn", "sleep"), "slipway-DailyCheck-1AB"),
            artifacts=[self.stored(ONE), self.stored(TWO)],
            listed=self.listed("churn", "somebody-elses"),
        )

    def listed(self, *names: str, ago: timedelta = AGO) -> list[Listed]:
        return [Listed(name, self.clock.now() - ago, f"arn:{name}") for name in names]

    def stored(self, what: Drop, version: str = INSPECTED, ago: timedelta = AGO) -> StoredArtifact:
        since = self.clock.now() - ago
        return StoredArtifact(accepted(what), since, version, INSPECTED)

    def made_for(self, arn: str) -> str:
        return self.tags.get(arn, "")

    def survey(self, endpoints: Sequence[str]) -> Account:
        assert list(endpoints) == ["churn"]
        for name in self.unread:  # It comes while the account is read.
            self.ledger.endpoints[name] = EndpointRecord(name, revision=1)
        return self.account

    def ended(self, arn: str) -> Ended | None:
        return self.over.get(arn)

    def recover(self, ended: Ended) -> None:
        self.handed.append(ended)
        self.recovered.append(ended.execution)

    def remove_alarm(self, name: str) -> None:
        self.removed.append(name)

    remove_schedule = remove_alarm

    def has(self, **things: Any) -> None:
        """Add to what the account has."""
        more: Any = {kind: [*getattr(self.account, kind), *found] for kind, found in things.items()}
        self.account = replace(self.account, **more)

    def is_(self, **changes: Any) -> None:
        """Let the account have something else."""
        self.account = replace(self.account, **changes)

    def check(self) -> list[tuple[str, str, str, bool]]:
        """Return kind, thing and name of what is found, and whether it was put right."""
        self.ledger.endpoints["churn"] = self.record
        checker = AccountChecker(
            ledger=self.ledger,
            surveyor=self,
            executions=self,
            recovery=self,
            sweeper=self,
            announcer=self.announcer,
            clock=self.clock,
        )
        counts = checker.check()
        found = self.announcer.news[-1].facts["findings"]
        assert counts["found"] == len(found)
        return [(each["kind"], each["thing"], each["name"], each["repaired"]) for each in found]

    @property
    def words(self) -> str:
        return self.announcer.news[-1].reason


@pytest.fixture
def world() -> World:
    return World()


def test_where_all_is_well_programs_are_told_and_people_are_not(world: World) -> None:
    assert world.check() == []
    (news,) = world.announcer.news
    assert (news.kind, news.for_people, news.reason) == (
        "Self-Check Done",
        False,
        "Account and ledger agree",
    )
    assert news.facts["looked_at"]["alarms"] == 2


def lease(hours: float, name: str = "dead") -> Lease:
    since = FakeClock().now() - timedelta(hours=hours)
    return Lease(execution(name), TWO.release, since.isoformat())


def test_a_lease_of_an_execution_that_is_over_is_handed_to_the_recovery(world: World) -> None:
    world.record = replace(world.record, lease=lease(2))
    assert world.check() == []  # It runs.
    world.over[execution("dead")] = Ended(execution("dead"), "ABORTED")
    assert world.check() == [("stuck", "lease", execution("dead"), True)]
    assert world.recovered == [execution("dead")]
    assert world.announcer.news[-1].for_people
    world.record = replace(world.record, lease=lease(0.5))
    assert world.check() == []  # The recovery may be about to come.


def test_a_release_that_runs_in_no_execution_is_handed_to_the_recovery(world: World) -> None:
    three = drop("3", minute=9)
    started = (world.clock.now() - timedelta(hours=2)).isoformat()
    world.ledger.open_release(planned(three, started=started, name="three"))
    assert world.check() == []
    world.over[execution("three")] = Ended(execution("three"), "FAILED")
    assert world.check() == [("stuck", "release", execution("three"), True)]


def test_one_that_was_followed_in_vain_too_often_is_told_and_left_to_a_person(world: World) -> None:
    recovery = {"tries": 13, "by": execution("three"), "at": "", "told": True}
    started = (world.clock.now() - timedelta(days=8)).isoformat()
    three = drop("3", minute=9)
    world.ledger.open_release(planned(three, started=started, name="three", recovery=recovery))
    world.over[execution("three")] = Ended(execution("three"), "FAILED")
    assert world.check() == [("stuck", "release", execution("three"), False)]
    assert world.recovered == []


def test_one_that_could_not_begin_is_left_to_a_person_as_well(world: World) -> None:
    recovery = {"tries": 13, "by": execution("last"), "at": "", "told": True}
    started = (world.clock.now() - timedelta(days=8)).isoformat()
    three = drop("3", minute=9)
    waits = planned(three, outcome="parked", started=started, name="three", recovery=recovery)
    world.ledger.open_release(waits)
    handed = Lease(execution("dead"), three.release, started, execution("two"))
    world.record = replace(world.record, lease=handed, parked=Parked(three, execution("three")))
    world.over[execution("dead")] = Ended(execution("dead"), "FAILED")
    assert world.check() == [("stuck", "lease", execution("dead"), False)]
    assert world.recovered == []


def test_a_drop_that_nobody_will_start_is_told(world: World) -> None:
    three = drop("3", minute=9)
    started = (world.clock.now() - timedelta(hours=2)).isoformat()
    parked = planned(three, started=started, outcome="parked", name="three")
    world.ledger.open_release(parked)
    world.over[execution("three")] = Ended(execution("three"), "SUCCEEDED")
    assert world.check() == [("stuck", "release", three.release, False)]
    world.record = replace(world.record, parked=Parked(three, execution("three")))
    assert world.check() == []


@pytest.mark.parametrize(
    ("serving", "words"),
    [
        (None, "is gone, and version 2 should serve"),
        (Serving("Failed", LIVE.config, {}), "churn is Failed"),
        (Serving("UpdateRollbackFailed", LIVE.config, {}), "UpdateRollbackFailed"),
        (Serving("InService", "by-hand", {}), "serves by-hand, which no release made"),
        (Serving("InService", live(ONE).config, {}), "of version 1 on churn, and version 2"),
        (Serving("InService", LIVE.config, {LIVE.variant: 0.0}), "has no traffic"),
        (Serving("InService", LIVE.config, {LIVE.variant: 1.0, "x": 1.0}), "x of churn has"),
    ],
)
def test_an_endpoint_that_is_not_what_the_ledger_says_is_told(
    world: World, serving: Serving | None, words: str
) -> None:
    world.is_(endpoints={"churn": serving} if serving else {})
    assert world.check() == [("differs", "endpoint", "churn", False)]
    assert words in world.words
    # While somebody changes it, it may be anything.
    world.record = replace(world.record, lease=lease(0.1))
    assert world.check() == []


@pytest.mark.parametrize("status", ["Updating", "SystemUpdating"])
def test_an_endpoint_that_scales_is_as_it_should_be(world: World, status: str) -> None:
    world.is_(endpoints={"churn": Serving(status, LIVE.config, {})})
    assert world.check() == []


def test_both_variants_may_be_there_while_a_release_settles(world: World) -> None:
    world.record = replace(
        world.record, settling=Settling(TWO.release, live(ONE), "2026-03-02T10:00:00+00:00", "both")
    )
    weights = {LIVE.variant: 1.0, live(ONE).variant: 0.0}
    world.is_(endpoints={"churn": Serving("InService", "both", weights)})
    world.has(
        alarms=world.listed(alarm_name("churn", live(ONE).variant, "cpu")),
        targets=world.listed(f"endpoint/churn/variant/{live(ONE).variant}"),
        schedules=world.listed(schedule_name("churn", "settle")),
        configs=world.listed("both"),
    )
    assert world.check() == []


def test_an_endpoint_that_should_sleep_is_told(world: World) -> None:
    world.record = replace(
        world.record, asleep=Asleep("2026-03-01T18:00:00+00:00", "", LIVE.config, phase="asleep")
    )
    assert world.check() == [("differs", "endpoint", "churn", False)]
    world.is_(endpoints={})
    assert world.check() == []


def test_an_endpoint_that_nothing_is_live_on_is_told(world: World) -> None:
    world.record = EndpointRecord("churn", revision=1)
    found = world.check()
    assert ("orphan", "endpoint", "churn", False) in found


def test_what_an_ended_release_left_is_told_and_what_is_safe_goes(world: World) -> None:
    three = drop("3", minute=9)
    gone = live(three)
    world.ledger.open_release(planned(three, outcome="failed"))
    alarm = alarm_name("churn", gone.variant, "cpu")
    judge = schedule_name("churn", "judge")
    target = f"endpoint/churn/variant/{gone.variant}"
    world.has(
        configs=world.listed(gone.config),
        models=world.listed(gone.model),
        alarms=world.listed(alarm),
        targets=world.listed(target),
        schedules=world.listed(judge, schedule_name("churn", "settle")),
    )
    assert world.check() == [
        ("orphan", "config", gone.config, False),
        ("orphan", "model", gone.model, False),
        ("orphan", "alarm", alarm, True),
        ("orphan", "target", target, False),
        ("orphan", "schedule", judge, True),
        ("orphan", "schedule", schedule_name("churn", "settle"), True),
    ]
    assert world.removed == [alarm, judge, schedule_name("churn", "settle")]


def test_what_is_new_or_whose_clean_up_waits_is_left_alone(world: World) -> None:
    three = drop("3", minute=9)
    world.ledger.open_release(planned(three, outcome="failed"))
    alarm = alarm_name("churn", live(three).variant, "cpu")
    world.has(alarms=world.listed(alarm, ago=timedelta(hours=3)))
    assert world.check() == []
    world.has(alarms=world.listed(alarm))
    world.record = replace(world.record, abandoned=(three.release,))
    world.has(schedules=world.listed(schedule_name("churn", "clean")))
    assert world.check() == []


def test_what_somebody_else_made_is_left_alone(world: World) -> None:
    world.has(
        configs=world.listed("churn-by-hand", "basket-1-0123456789ab"),
        alarms=world.listed("slipway-basket/blue/cpu", "slipway-churn/cpu"),
        targets=world.listed("endpoint/basket/variant/blue"),
        schedules=world.listed("slipway-basket.sleep", "slipway-churn"),
    )
    assert world.check() == []


@pytest.mark.parametrize("status", ["ABORTED", FORGOTTEN])
def test_a_release_that_nobody_remembers_is_handed_over_with_its_drop(
    world: World, status: str
) -> None:
    three = drop("3", minute=9)
    started = (world.clock.now() - timedelta(days=100)).isoformat()
    world.ledger.open_release(planned(three, started=started, name="three"))
    given: dict[str, Any] = {"detail": "what Step Functions kept"} if status == "ABORTED" else {}
    world.over[execution("three")] = Ended(execution("three"), status, given=given)
    assert world.check() == [("stuck", "release", execution("three"), True)]
    (ended,) = world.handed
    if status == FORGOTTEN:
        given = {"drop": three.as_dict(), "previous": "", "attempt": 1}
        assert Arrival.parse(ended.given).drop == three
    assert ended.given == given


@pytest.mark.parametrize("changed", [ONE, TWO], ids=["kept", "live"])
def test_a_model_that_is_not_what_was_inspected_is_told(world: World, changed: Drop) -> None:
    others = [each for each in world.account.artifacts if each.uri != accepted(changed)]
    world.is_(artifacts=[*others, world.stored(changed, version="planted")])
    assert world.check() == [("differs", "artifact", accepted(changed), False)]
    assert "is not what was inspected: version planted lies there" in world.words
    world.is_(artifacts=[*others, replace(world.stored(changed), etag="planted")])
    assert world.check() == [("differs", "artifact", accepted(changed), False)]
    world.is_(artifacts=others)
    assert world.check() == [("differs", "artifact", accepted(changed), False)]
    assert "is gone: new instances cannot load it" in world.words
    # A release may be about to accept the same bytes anew, or to let them go.
    world.record = replace(world.record, lease=lease(0.1))
    assert world.check() == []


def test_a_model_that_was_accepted_while_the_account_was_read_is_not_missed(world: World) -> None:
    three = drop("3", minute=9)
    world.ledger.open_release(
        planned(three, outcome="succeeded", ended=world.clock.now().isoformat())
    )
    assert world.check() == []


def test_accepted_bytes_that_no_release_refers_to_are_told(world: World) -> None:
    three = drop("3", minute=9)
    world.has(artifacts=[world.stored(three)])
    assert world.check() == [("orphan", "artifact", accepted(three), False)]
    world.unread = {"basket"}
    assert world.check() == []  # It may refer to them.


def test_what_carries_the_tag_and_the_ledger_does_not_know_is_told(world: World) -> None:
    name = "basket-1-0123456789ab"
    world.has(
        listed=world.listed("basket"), configs=world.listed(name), models=world.listed(f"m-{name}")
    )
    assert world.check() == []  # Somebody else's.
    world.tags = {f"arn:{each}": "basket" for each in ("basket", name, f"m-{name}", "churn")}
    assert world.check() == [
        ("orphan", "endpoint", "basket", False),
        ("orphan", "config", name, False),
        ("orphan", "model", f"m-{name}", False),
    ]
    assert "it serves, and costs, and nobody looks after it" in world.words
    # It may be on its way into the ledger.
    world.unread = {"basket"}
    assert world.check() == []


def test_what_carries_the_tag_and_is_new_is_left_alone(world: World) -> None:
    new = world.listed("basket", ago=timedelta(hours=3))
    parts = world.listed("basket-1-0123456789ab", ago=timedelta(hours=3))
    world.has(listed=new, configs=parts, models=parts)
    world.tags = {each.arn: "basket" for each in (*new, *parts)}
    assert world.check() == []
