"""`slipway drift check`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from slipway.domain.drift.settings import Settings
from slipway.domain.spec import parse_spec
from slipway.usecases.judge_profile import Circumstances, files_of, judge_profile
from slipway_cli.captures import find_captures
from slipway_cli.drift_files import explained_files, read_reference, write_files
from slipway_cli.drift_reading import read_captured
from slipway_cli.problems import WrongUse

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rich.console import Console

    from slipway.domain.drift.verdict import DriftVerdict, Finding

_COLOURS = {"no-drift": "bold green", "drift": "bold red", "cannot-tell": "bold yellow"}
_MOST_SHOWN = 10


@dataclass(frozen=True)
class Request:
    """What is to be checked, against what, and where it goes."""

    captures: Sequence[str]
    baseline: Path
    out: Path
    label: str = ""
    spec: Path | None = None
    mask: Sequence[str] = ()


def check_captures(request: Request, *, as_json: bool, console: Console) -> str:
    """Profile captures, judge them, and write statistics, violations and report.

    Returns
    -------
    str
        The verdict: `no-drift`, `drift` or `cannot-tell`.
    """
    if request.out.resolve() == request.baseline.resolve():
        raise WrongUse(
            f"--out {request.out}: the run's statistics.json would replace the baseline's."
        )
    drift = parse_spec(request.spec.read_text(encoding="utf-8") if request.spec else "").drift
    with explained_files():
        reference = read_reference(request.baseline, request.label or drift.label or "")
        files = find_captures(request.captures)
        settings = Settings.of(drift, reference.requirements)
        baseline = reference.baseline.masking({*request.mask, *drift.mask})
        captured = read_captured(baseline, files, settings)
    judged = judge_profile(baseline, captured.profile, settings)
    about = Circumstances(
        subject=request.captures[0].rstrip("/").rpartition("/")[2],
        told=datetime.now(UTC),
        files=len(files) - captured.copies,
        places=request.captures,
        baseline=reference.words,
        began=captured.began,
        parts=captured.looks,
        of_endpoint=False,
    )
    written = files_of(judged, about, settings)
    write_files(request.out, written)
    paths = [str(request.out / name) for name in written]
    if as_json:
        told = judged.verdict.as_dict() | {"files": paths}
        console.file.write(json.dumps(told, indent=2) + "\n")
    else:
        _show(judged.verdict, paths, console)
        if captured.copies:
            words = f"  not counted: {captured.copies} that hold what others hold"
            console.print(words, style="dim")
    return str(judged.verdict.verdict)


def _show(verdict: DriftVerdict, paths: Sequence[str], console: Console) -> None:
    name = str(verdict.verdict)
    line = Text.assemble((name, _COLOURS[name]), f"  {verdict.reason}")
    console.print(line, soft_wrap=True)
    found = verdict.violations
    if found:
        console.print(_table(found[:_MOST_SHOWN]))
    if len(found) > _MOST_SHOWN:
        console.print(f"  and {len(found) - _MOST_SHOWN} more in the report", style="dim")
    for path in paths:
        console.print(f"  {path}", style="dim", soft_wrap=True)


def _table(findings: Sequence[Finding]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 2), header_style="dim")
    for name in ("feature", "test", "distance", "limit", "severity"):
        table.add_column(name, justify="right" if name in {"distance", "limit"} else "left")
    for each in findings:
        numbers = (f"{each.distance:.4g}", f"{each.threshold:.4g}")
        table.add_row(Text(each.feature), each.test, *numbers, str(each.severity))
    return table
