"""What is proved: one class for each thing that Slipway does from beginning to end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.stage.archives import SCRIPT
from tests.stage.endpoint import scripted_spec

if TYPE_CHECKING:
    from sandbox.proving import World
    from sandbox.proving.ledger import Item

_CODE = {"code/inference.py": SCRIPT.format(answer="0.5").encode()}
_SMOKE = b'{"content_type": "text/csv", "body": "1,2"}\n'
_PER_SECOND, _LONG = 5.0, 48 * 3600.0


def _outcome(releases: list[Item], *allowed: str) -> list[str]:
    outcome = str(releases[-1].get("outcome")) if releases else "nothing in the ledger"
    return [] if outcome in allowed else [f"the release ended as {outcome}"]


class FirstRelease:
    """An endpoint's first model."""

    name = "first release"

    def prepare(self, world: World) -> None:
        world.spec(scripted_spec())

    def act(self, world: World) -> None:
        world.drop("1", _CODE, smoke=_SMOKE)

    def judge(self, world: World, releases: list[Item]) -> list[str]:
        return _outcome(releases, "succeeded", "failed")


class Replacement:
    """A new model instead of the one that serves, all at once, while users ask."""

    name = "all-at-once replacement"

    def prepare(self, world: World) -> None:
        world.spec(scripted_spec() + "release: {strategy: all-at-once}\n")
        world.drop("1", _CODE)
        world.finish()
        world.sandbox.account.hosting.traffic(world.endpoint, _PER_SECOND, _LONG)

    def act(self, world: World) -> None:
        world.drop("2", _CODE, smoke=_SMOKE)

    def judge(self, world: World, releases: list[Item]) -> list[str]:
        count = world.sandbox.account.hosting.traffic_log.total(world.endpoint)
        problems = _outcome(releases, "succeeded", "failed", "rolled-back")
        if count.failed:
            problems.append(f"{count.failed} of {count.requests} user requests failed")
        if not count.requests:
            problems.append("no user asked")
        return problems


SCENARIOS = [FirstRelease(), Replacement()]
