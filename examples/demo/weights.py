"""A release, seen by its users: who answers them, and how many requests fail."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.text import Text

from slipway.adapters.clients import client
from slipway.adapters.ledger import Ledger
from slipway.errors import ReleaseUnknown
from slipway_cli.showing import clock
from slipway_cli.stack import find_stack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console

    from sandbox.account import Account
    from sandbox.load import Users
    from slipway.domain.release import Drop, ReleaseRecord

# Real seconds between two looks; each costs the sandbox a little of its turn.
INTERVAL = 0.25
# After its outcome is written, a release still stores its report.
REPORT_SECONDS = 10.0
_GOING_ON = frozenset({"running", "parked"})
_BAR = 24
_COLOURS = ("blue", "magenta")


@dataclass(frozen=True)
class Moment:
    """What is seen at one look.

    Parameters
    ----------
    shares : dict
        Percent of the traffic by version, the one that served before first.
    requests, failed : int
        Of users, since the release began.
    """

    seconds: float
    shares: dict[str, float]
    requests: int
    failed: int


@dataclass
class Watch:
    """Shows one release to its end.

    Parameters
    ----------
    users : Users
        Those whose requests are real; the sandbox's log has the modelled ones.
    on_users : callable, optional
        Called once, when the first user's request goes to the new version.
    """

    sandbox: Account
    console: Console
    users: Users
    on_users: Callable[[], None] | None = None

    def follow(self, drop: Drop) -> tuple[ReleaseRecord, Moment]:
        """Print a line whenever the weights move; return the release and the last moment."""
        began, count = self.sandbox.kernel.timestamp(), self._count(drop.endpoint)
        self.console.print(_header(), style="dim")
        shown: dict[str, float] | None = None
        with self.console.status("") as status:
            for record in self._records(drop):
                now = self._count(drop.endpoint)
                passed = self.sandbox.kernel.timestamp() - began
                shares = _shares(drop.endpoint, drop.version)
                moment = Moment(passed, shares, now[0] - count[0], now[1] - count[1])
                status.update(f"{clock(passed)}  {_words(record)}")
                if shares != shown:
                    self.console.print(line(moment, drop.version))
                    shown = shares
                self._tell(shares.get(drop.version, 0.0))
        self.console.print(line(moment, drop.version))
        return record, moment  # type: ignore[return-value]  # ended releases have a record

    def _records(self, drop: Drop) -> Iterator[ReleaseRecord | None]:
        ledger, ended = Ledger(find_stack("slipway").ledger_table), None
        while True:
            record = _read(ledger, drop)
            yield record
            if record is not None and record.outcome not in _GOING_ON:
                ended = ended or time.perf_counter()
                if record.report or time.perf_counter() - ended > REPORT_SECONDS:
                    return
            time.sleep(INTERVAL)

    def _count(self, endpoint: str) -> tuple[int, int]:
        with self.sandbox.kernel.guest("demo"):
            total = self.sandbox.hosting.traffic_log.total(endpoint)
        failed = total.failed + len(self.users.failures)
        return total.requests + self.users.requests, failed

    def _tell(self, share: float) -> None:
        if share and self.on_users is not None:
            self.on_users()
            self.on_users = None


def _read(ledger: Ledger, drop: Drop) -> ReleaseRecord | None:
    try:
        return ledger.read_release(drop.endpoint, drop.release)
    except ReleaseUnknown:
        return None


def line(moment: Moment, version: str) -> Text:
    """Return one moment: time, a bar, the weights, the users' requests."""
    text = Text(f"  {clock(moment.seconds):>8}  ")
    new = moment.shares.get(version)
    filled = round(_BAR * (new or 0.0) / 100)
    text.append("█" * (_BAR - filled), style=_COLOURS[0])
    text.append("▒" * filled, style=_COLOURS[1])
    weight = "" if new is None else f"{new:.0f} %"
    text.append(f"{weight:>9}{moment.requests:>13,}")
    text.append(f"{moment.failed:>9,}", style="red" if moment.failed else "green")
    return text


def _header() -> str:
    return f"  {'after':>8}  {'traffic':<{_BAR}}{'new':>9}{'requests':>13}{'failed':>9}"


def _words(record: ReleaseRecord | None) -> str:
    if record is None:
        return "The drop is on its way to the workflow"
    if record.step < 0:
        return "No user's request reaches it yet"
    return f"Step {record.step + 1} of {len(record.plan['steps'])}"


def _shares(endpoint: str, version: str) -> dict[str, float]:
    described = client("sagemaker").describe_endpoint(EndpointName=endpoint)
    weights = {
        variant["VariantName"].partition("-")[0]: float(variant["CurrentWeight"])
        for variant in described["ProductionVariants"]
    }
    total = sum(weights.values())
    found = {name: 100 * weight / total for name, weight in weights.items()}
    # Whoever serves alone is shown as the old version until the new one is there.
    return found if version in found else {"": 100.0}
