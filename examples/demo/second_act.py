"""Act two: new versions of an endpoint that serves; a good one, a broken one, a subtly bad one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from examples.demo.weights import Watch
from sandbox.functions.paths import ROOT
from sandbox.hosting.behaviour import Behaviour
from sandbox.load import Users
from slipway.adapters.clients import client
from slipway_cli.deploying import Request
from slipway_cli.showing import outcome_line
from slipway_cli.stack import find_stack
from slipway_cli.upload import dropped, pieces, upload
from slipway_cli.watching import View

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rich.console import Console

    from examples.demo.story import Story
    from examples.demo.training import Trained
    from sandbox.account import Account
    from slipway.domain.release import Drop, ReleaseRecord

# Bakes are long, and nothing happens in them for most of the time.
SPEED = 600.0
MODELLED_PER_SECOND = 40.0
# Only real requests are captured and can be replayed, and only they meet the real model.
REAL_EVERY_SECONDS = 30
SPOILT = Behaviour(error_rate=0.05)
_DAY = 24 * 3600.0
_FOLDER = ROOT / "build" / "demo"


@dataclass(frozen=True)
class Version:
    """A version to drop, and what should become of it.

    Parameters
    ----------
    spoilt : bool
        Whether it begins to fail when users reach it.
    """

    name: str
    model: Trained
    outcome: str
    title: str
    note: str
    spoilt: bool = False


@dataclass
class SecondAct:
    """Drops versions under live traffic.

    Parameters
    ----------
    endpoint : str
        Serves already.
    """

    endpoint: str
    story: Story
    console: Console
    sandbox: Account

    def play(self, request: str, versions: list[Version]) -> bool:
        """Release one version after the other; return whether each ended as it should."""
        users = self._users(request)
        self.story.say(
            f"\nNow users come: {MODELLED_PER_SECOND:g} modelled requests a second, and a real one "
            f"every {REAL_EVERY_SECONDS} s.\n"
            "endpoint.yaml has steps of 20 and 100 % and the shortest bake: 5 min, 8 for the first "
            "users.\n"
            f"Time passes at {SPEED:g} x from here."
        )
        ended = [self._release(version, users) for version in versions]
        users.stop()
        return all(ended)

    def _users(self, request: str) -> Users:
        """Send a steady load from now on."""
        rate, body = 1 / REAL_EVERY_SECONDS, request.encode()
        users = Users(self.sandbox, self.endpoint, body, per_second=rate)
        self.sandbox.kernel.set_speed(SPEED)
        with self.sandbox.kernel.guest("demo"):
            users.start()
            self.sandbox.hosting.traffic(self.endpoint, MODELLED_PER_SECOND, _DAY)
        return users

    def _release(self, version: Version, users: Users) -> bool:
        self.story.chapter(version.title, version.note)
        self.story.command(
            f"slipway deploy model.tar.gz --endpoint {self.endpoint} --version {version.name}",
            "--smoke smoke.jsonl",
        )
        watch = Watch(self.sandbox, self.console, users, self._spoiling(version))
        record, last = watch.follow(self._drop(version))
        self.console.print(
            outcome_line(
                self.endpoint, version.name, View(record.outcome, " ".join(record.reason.split()))
            ),
            soft_wrap=True,
        )
        colour = "red" if last.failed else "green"
        self.story.say(
            f"[{colour}]{last.failed:,} of {last.requests:,} user requests failed[/]; "
            f"report: {_save(record)}"
        )
        return record.outcome == version.outcome

    def _drop(self, version: Version) -> Drop:
        smoke = version.model.smoke
        request = Request(self.endpoint, version.name, version.model.model, smoke=smoke)
        bucket = find_stack("slipway").artifact_bucket
        parts = pieces(request.drop, request.model, spec=None, baseline=(), smoke=smoke)
        return dropped(bucket, request.drop, upload(bucket, parts, lambda _: None))

    def _spoiling(self, version: Version) -> Callable[[], None] | None:
        if not version.spoilt:
            return None

        def spoil() -> None:
            with self.sandbox.kernel.guest("demo"):
                self.sandbox.hosting.behave(f"{self.endpoint}-{version.name}-*", SPOILT)

        return spoil


def _save(record: ReleaseRecord) -> Path | str:
    """Copy the release's report to where a browser of this machine finds it."""
    if not record.report:
        return "none"
    uri = urlsplit(record.report)
    answer = client("s3").get_object(Bucket=uri.netloc, Key=uri.path.lstrip("/"))
    _FOLDER.mkdir(parents=True, exist_ok=True)
    page = _FOLDER / f"{record.endpoint}-{record.drop.version}.html"
    page.write_bytes(answer["Body"].read())
    return page.relative_to(ROOT)
