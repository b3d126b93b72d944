"""How the command's findings look on a terminal."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rich.console import Console

    from slipway_cli.steps import Step
    from slipway_cli.watching import View

MINUTE, HOUR = 60, 3600
# Seconds after which a step is shown with the time that it has taken so far.
LONG = 5
_MARKS = {"done": ("✓", "green"), "failed": ("✗", "red"), "running": ("·", "dim")}
COLOURS = {
    "succeeded": "green",
    "unchanged": "green",
    "running": "cyan",
    "parked": "cyan",
    "superseded": "yellow",
    "rolled-back": "yellow",
    "failed": "red",
}
_NAME_WIDTH = 22


def duration(seconds: float) -> str:
    """Return a length of time as people say it.

    Example
    -------
    >>> duration(312)
    '5 min 12 s'
    """
    if seconds < MINUTE:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), MINUTE)
    if minutes < MINUTE:
        return f"{minutes} min {rest:02} s"
    return f"{minutes // MINUTE} h {minutes % MINUTE:02} min"


def clock(seconds: float) -> str:
    """Return the time since a beginning, as on a stop-watch.

    Example
    -------
    >>> clock(312)
    '+05:12'
    """
    whole = int(seconds)
    if whole < HOUR:
        return f"+{whole // MINUTE:02}:{whole % MINUTE:02}"
    return f"+{whole // HOUR}:{whole % HOUR // MINUTE:02}:{whole % MINUTE:02}"


def step_line(step: Step, began: datetime) -> Text:
    """Return one finished step: mark, name, when it began, how long it took."""
    mark, colour = _MARKS[step.state]
    line = Text("  ")
    line.append(mark, style=colour)
    line.append(f" {step.name:<{_NAME_WIDTH}}")
    line.append(clock((step.started - began).total_seconds()), style="dim")
    if step.ended is not None:
        line.append(f"{duration(step.seconds(step.ended)):>14}")
    return line


def outcome_line(endpoint: str, version: str, view: View) -> Text:
    """Return the end of a release in one line."""
    line = Text()
    line.append(view.outcome, style=f"bold {COLOURS.get(view.outcome, 'default')}")
    line.append(f"  {endpoint} {version}")
    if view.reason:
        line.append(f": {view.reason}")
    return line


class StepLog:
    """Prints each step once, when it is over; a new execution begins a new list."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._printed = 0
        self._execution = ""

    def show(self, view: View) -> str:
        """Print what is new; return what goes on now, in words."""
        if view.execution != self._execution:
            self._execution, self._printed = view.execution, 0
        ended = [step for step in view.steps if step.state != "running"]
        # The newest one may begin again (the wait for the endpoint does), so it is held back.
        settled = len(ended) if view.over or len(ended) < len(view.steps) else len(ended) - 1
        for step in ended[self._printed : settled]:
            self._console.print(step_line(step, view.steps[0].started))
        self._printed = max(self._printed, settled)
        return _going_on(view)


def _going_on(view: View) -> str:
    if view.outcome == "waiting":
        return "The drop is on its way to the workflow"
    if view.outcome == "parked":
        return f"Waits: {view.reason}" if view.reason else "Waits for the release before it"
    return _step_so_far(view.steps[-1], view.now) if view.steps else "The workflow begins"


def _step_so_far(step: Step, now: datetime | None) -> str:
    seconds = int(step.seconds(now)) if now and step.ended is None else 0
    return f"{step.name}  {clock(seconds)}" if seconds >= LONG else step.name


def status_tables(endpoints: Sequence[Mapping[str, Any]]) -> Iterable[Table | Text]:
    """Return what `slipway status` shows of each endpoint."""
    for endpoint in endpoints:
        live = endpoint.get("live") or {}
        title = Text(str(endpoint["endpoint"]), style="bold")
        title.append(f"  {endpoint['state']}", style="not bold")
        if live:
            title.append(f", version {live['version']} is live", style="not bold")
        title.append(_rest(endpoint), style="not bold")
        yield title
        yield _releases(endpoint["releases"])


def _rest(endpoint: Mapping[str, Any]) -> str:
    """Return until when an endpoint sleeps, or why it does not."""
    asleep, awake = endpoint.get("asleep"), endpoint.get("kept_awake")
    if asleep:
        until = asleep["until"]
        return f", until {moment(until)} UTC" if until else ", until somebody wakes it"
    return f", kept awake: {awake}" if awake else ""


def _releases(releases: Sequence[Mapping[str, Any]]) -> Table:
    table = Table(box=None, pad_edge=True, header_style="dim")
    for column in ("release", "outcome", "started", "took", "reason"):
        table.add_column(column, no_wrap=column != "reason")
    for each in releases:
        colour = COLOURS.get(each["outcome"], "default")
        table.add_row(
            escape(each["release"]),
            f"[{colour}]{escape(each['outcome'])}[/]",
            moment(each["started"]),
            _took(each["started"], each["ended"]),
            escape(each["reason"] or ""),
        )
    return table


def moment(text: str | None) -> str:
    """Return a moment as people read it; nothing if there is none."""
    return f"{datetime.fromisoformat(text):%Y-%m-%d %H:%M:%S}" if text else ""


def _took(started: str | None, ended: str | None) -> str:
    if not started or not ended:
        return ""
    return duration(
        (datetime.fromisoformat(ended) - datetime.fromisoformat(started)).total_seconds()
    )
