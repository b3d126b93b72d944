"""Releases that go back: before users, beside them, and after the promotion."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.prove.acts import bakes_last, command, once, outcome, spoil
from tests.prove.parts import CODE
from tests.prove.releases import CANARY, KEPT, NextRelease

if TYPE_CHECKING:
    from sandbox.proving import World
    from sandbox.proving.ledger import Item


class RefusedCanary(NextRelease):
    """A version that answers its golden request wrong; no user meets it."""

    name = "canary, refused before users"
    workflows = frozenset({"release"})
    spec = CANARY

    def act(self, world: World) -> None:
        wrong = {"content_type": "text/csv", "body": "1,2", "expect": "7.5"}
        world.drop("2", CODE, smoke=json.dumps(wrong).encode() + b"\n")

    def judge(self, world: World, releases: list[Item]) -> list[str]:
        return [*super().judge(world, releases), *outcome(world, "failed", "rolled-back")]


class AbortedCanary(NextRelease):
    """A canary that a person aborts while it bakes, unless the command comes too late."""

    name = "canary, aborted"
    workflows = frozenset({"release"})
    spec = CANARY

    def act(self, world: World) -> None:
        once(world, lambda newest: newest.get("bake"), lambda: command(world, "abort"))
        world.drop("2", CODE)


class LateCanary(NextRelease):
    """A canary that errs only once it has all of the traffic, if it comes so far."""

    name = "canary, rolled back from its last step"
    workflows = frozenset({"release", "remediate"})
    spec = CANARY
    lossless = False

    def act(self, world: World) -> None:
        once(world, bakes_last, lambda: spoil(world))
        world.drop("2", CODE)


class Reverted(NextRelease):
    """A fresh promotion that goes bad, and whose predecessor takes the traffic back."""

    name = "promotion, reverted"
    workflows = frozenset({"release", "remediate", "settle"})
    spec = CANARY.replace("keep_previous: 20m", "keep_previous: 1h")
    lossless = False

    def act(self, world: World) -> None:
        once(world, lambda newest: newest["outcome"] == "succeeded", lambda: spoil(world))
        super().act(world)

    def conclude(self, world: World) -> None:
        world.finish()
        # The bad one is reverted, and what is left of it settled.
        world.sandbox.advance(KEPT)
        world.sandbox.advance(3600)
        world.finish()


class BadCanary(NextRelease):
    """A canary that errs under traffic, and is rolled back."""

    name = "canary, rolled back"
    workflows = frozenset({"release"})
    spec = CANARY
    lossless = False

    def act(self, world: World) -> None:
        spoil(world)
        world.drop("2", CODE)

    def judge(self, world: World, releases: list[Item]) -> list[str]:
        problems = super().judge(world, releases)
        return [*problems, *outcome(world, "failed", "rolled-back")]
