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
    from examples.demo.third_act import Patients
    from examples.demo.training import Trained
    from sandbox.account import Account
    from slipway.domain.release import Drop

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

    def play(self, patients: Patients, versions: list[Version]) -> Users | None:
        """Release one version after the other; return the users if each ended as it should."""
        users = self._users(patients)
        self.story.say(
            f"\nNow users come: {MODELLED_PER_SECOND:g} modelled requests a second, and a real one "
            f"every {REAL_EVERY_SECONDS} s.\n"
            "endpoint.yaml has steps of 20 and 100 % and the shortest bake: 5 min, 8 for the first "
            "users.\n"
            f"Time passes at {SPEED:g} x from here."
        )
        ended = [self._release(version, users) for version in versions]
        return users if all(ended) else None

    def _users(self, patients: Patients) -> Users:
        """Send a steady load from now on."""
        rate = 1 / REAL_EVERY_SECONDS
        users = Users(self.sandbox, self.endpoint, patients.next, per_second=rate)
        self.sandbox.kernel.set_speed(SPEED)
        with self.sandbox.kernel.guest("demo"):
            users.start()
            self.sandbox.hosting.traffic(self.endpoint, MODELLED_PER_SECOND, _DAY)
        return users

    def _release(self, version: Version, users: Users) -> bool:
        self.story.chapter(version.title, version.note)
        self.story.command(
            f"slipway deploy model.tar.gz --endpoint {self.endpoint} --version {version.name}",
            "--baseline baseline.csv --smoke smoke.jsonl",
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
            f"report: {save(record.report, f'{record.endpoint}-{record.drop.version}')}"
        )
        return record.outcome == version.outcome

    def _drop(self, version: Version) -> Drop:
        trained = version.model
        request = Request(self.endpoint, version.name, trained.model)
        bucket, baseline = find_stack("slipway").artifact_bucket, [trained.baseline]
        parts = pieces(
            request.drop, trained.model, spec=None, baseline=baseline, smoke=trained.smoke
        )
        return dropped(bucket, request.drop, upload(bucket, parts, lambda _: None))

    def _spoiling(self, version: Version) -> Callable[[], None] | None:
        if not version.spoilt:
            return None

        def spoil() -> None:
            with self.sandbox.kernel.guest("demo"):
                self.sandbox.hosting.behave(f"{self.endpoint}-{version.name}-*", SPOILT)

        return spoil


def save(report: str, name: str) -> Path | str:
    """Copy a report to where a browser of this machine finds it."""
    if not report:
        return "none"
    uri = urlsplit(report)
    answer = client("s3").get_object(Bucket=uri.netloc, Key=uri.path.lstrip("/"))
    _FOLDER.mkdir(parents=True, exist_ok=True)
    page = _FOLDER / f"{name}.html"
    page.write_bytes(answer["Body"].read())
    return page.relative_to(ROOT)
