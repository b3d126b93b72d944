"""What people command, and how they are answered."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from slipway.domain.command import Command
from slipway.domain.lease import Lease
from slipway.domain.release import Sentence
from slipway.usecases.go_back import Machines
from slipway.usecases.obey_command import obey_command
from tests.fakes.make import MACHINE, drop, execution, planned
from tests.fakes.promoted import NEW, OLD, SETTLE, Promoted

EVENTS = Path(__file__).parents[3] / "events"
COMING = drop("3", minute=2)
_IDS = itertools.count(1)


class World(Promoted):
    def come(self, **facts: Any) -> World:
        """Let version 3 be on its way."""
        release = planned(COMING, **facts)
        plan = {**release.plan, "strategy": "canary"}
        self.ledger.open_release(replace(release, plan=plan))
        self.change(settling=None, lease=Lease(execution("three"), COMING.release, "now"))
        return self

    def command(self, name: str, release: str = COMING.release, **other: str) -> str:
        values = {"id": str(next(_IDS)), "endpoint": "churn", "by": "mira", "reason": "lunch"}
        command = Command(release=release, name=name, **(values | other))
        return obey_command(
            command,
            Machines(MACHINE, SETTLE),
            ledger=self.ledger,
            tasks=self.executions,
            schedules=self.schedules,
            endpoints=self.sagemaker,
            scaling=self.scaling,
            announcer=self.announcer,
            clock=self.clock,
        )["answer"]

    def wait(self) -> None:
        self.executions.waiting.add("gate")
        self.ledger.open_gate("churn", COMING.release, {"token": "gate", "since": "now"})


@pytest.fixture
def world() -> World:
    return World()


def test_a_command_is_read_from_its_event() -> None:
    event = json.loads((EVENTS / "slipway-operator-release-command.json").read_text())
    command = Command.parse(event)
    assert (command.endpoint, command.name) == ("churn", "abort")
    assert command.id == event["id"]
    assert Command.parse({"id": "1", "detail": {}}).reason == "no reason given"


@pytest.mark.parametrize("name", ["approve", "resume"])
def test_who_waits_goes_on(world: World, name: str) -> None:
    world.come().wait()
    assert "goes on" in world.command(name)
    assert world.executions.woken == ["gate"]
    assert world.read(COMING).gate is None


def test_nobody_is_let_through_a_gate_that_is_not_there(world: World) -> None:
    world.come()
    assert world.command("approve").startswith("Refused: release 3-")
    assert world.announcer.kinds == ["Release Command Refused"]


def test_a_pause_holds_the_next_step_and_is_taken_back(world: World) -> None:
    world.come()
    assert "waits before its next step" in world.command("pause")
    assert world.read(COMING).paused
    assert "will not wait" in world.command("resume")
    assert not world.read(COMING).paused


def test_a_paused_release_that_waits_is_resumed(world: World) -> None:
    world.come()
    world.command("pause")
    world.wait()
    assert "goes on" in world.command("resume")
    assert not world.read(COMING).paused


@pytest.mark.parametrize("strategy", ["first", "managed"])
def test_what_has_no_steps_of_ours_cannot_be_paused(world: World, strategy: str) -> None:
    world.come()
    plan = {**world.read(COMING).plan, "strategy": strategy}
    world.ledger.note_release("churn", COMING.release, {"plan": plan})
    assert strategy in world.command("pause")
    assert not world.read(COMING).paused


def test_a_release_may_be_paused_before_it_is_planned(world: World) -> None:
    world.come()
    world.ledger.note_release("churn", COMING.release, {"plan": {}})
    assert "waits before its next step" in world.command("pause")
    assert world.read(COMING).paused


def test_an_aborted_release_goes_back_at_once(world: World) -> None:
    world.come()
    world.ledger.arm_bake("churn", COMING.release, {"token": "bake"})
    assert "goes back" in world.command("abort", reason="wrong answers")
    ((token, error, cause),) = world.executions.failed
    assert (token, error) == ("bake", "ReleaseAborted")
    assert "mira: wrong answers" in json.loads(cause)["errorMessage"]


def test_who_comes_too_late_is_told(world: World) -> None:
    world.come()
    sentence = Sentence("5 % fail", "judge", "now")
    world.ledger.condemn("churn", COMING.release, sentence)
    assert "goes back already: 5 % fail" in world.command("abort")
    assert "goes back already" in world.command("pause")
    world.ledger.note_release("churn", COMING.release, {"outcome": "rolled-back"})
    assert "it is rolled-back" in world.command("abort")


def test_who_commanded_what_is_kept_with_the_answer(world: World) -> None:
    world.come()
    world.command("pause", reason="lunch")
    world.command("approve", by="ada")
    pause, approve = world.read(COMING).commands
    assert (pause["command"], pause["by"], pause["reason"]) == ("pause", "mira", "lunch")
    assert "waits before" in pause["answer"]
    assert approve["by"] == "ada"


def test_a_command_that_is_delivered_twice_is_obeyed_once(world: World) -> None:
    world.come().wait()
    first = world.command("approve", id="event")
    assert world.command("approve", id="event") == first
    assert len(world.read(COMING).commands) == 1
    assert world.announcer.news == []


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ({"name": "stop"}, "no command stop"),
        ({"name": ""}, "no command (none)"),
        ({"name": "abort", "by": ""}, "`by`"),
        ({"name": "abort", "release": "9-none"}, "no release 9-none"),
        ({"name": "abort", "endpoint": "other"}, "endpoint other has no release"),
    ],
)
def test_a_wrong_command_is_answered(world: World, command: dict[str, str], words: str) -> None:
    world.come()
    assert words in world.command(**command)
    assert world.announcer.kinds == ["Release Command Refused"]
    assert world.read(COMING).condemned is None


def test_what_stands_by_comes_back_by_weights(world: World) -> None:
    assert "all of the traffic" in world.command("rollback", OLD.release)
    assert world.sagemaker.weights("churn")[world.old.variant] == 100.0
    assert world.read(NEW).outcome == "rolled-back"
    assert "mira: lunch" in world.read(NEW).reason
    assert world.executions.started == {}


def test_what_is_kept_comes_back_by_a_release_of_its_own(world: World) -> None:
    world.change(settling=None)
    assert "released again" in world.command("rollback", OLD.release)
    ((_, payload),) = world.executions.started.items()
    assert payload["drop"]["origin"] == OLD.release
    assert world.read(OLD).commands[0]["command"] == "rollback"


def test_while_a_release_runs_it_is_aborted_not_rolled_back(world: World) -> None:
    world.come()
    assert "`abort` ends it" in world.command("rollback", OLD.release)
    assert world.executions.started == {}


def test_a_rollback_that_was_tried_again_after_a_refusal_ends_the_same(world: World) -> None:
    world.sagemaker.set_count("churn", world.new.variant, 3)
    with pytest.raises(Exception, match="churn"):
        world.command("rollback", OLD.release, id="event")
    world.sagemaker.settle("churn")
    assert "all of the traffic" in world.command("rollback", OLD.release, id="event")
    assert world.record.live == world.old
