"""`slipway drift baseline`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from slipway.domain.drift.baseline import Baseline
from slipway.domain.drift.masking import check_mask
from slipway.domain.drift.plain_json import plain_json
from slipway_cli.captures import LocalFile
from slipway_cli.drift_files import (
    CONSTRAINTS,
    EXACT,
    STATISTICS,
    explained_files,
    named,
    write_files,
)
from slipway_cli.terminal import errors

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from rich.console import Console

# Once for the edges, once for the counts between them.
_PASSES = 2


def write_baseline(
    csv: Path, out: Path, *, label: str, mask: Sequence[str], console: Console
) -> None:
    """Read training data, and write what captures are compared with."""
    baseline = _read(csv, label, mask)
    statistics, constraints = baseline.statistics(), baseline.constraints()
    files = {
        STATISTICS: plain_json(statistics),
        CONSTRAINTS: plain_json(constraints),
        EXACT: baseline.to_json(),
    }
    write_files(out, files)
    rows, columns = statistics["dataset"]["item_count"], len(statistics["features"])
    told = f"{rows:,} rows of {columns} columns; {', '.join(files)} in {out}"
    console.print(told, soft_wrap=True)


def _read(csv: Path, label: str, mask: Sequence[str]) -> Baseline:
    file = LocalFile(csv, csv.stat().st_size)
    with reading(errors) as progress, explained_files():
        task = progress.add_task(csv.name, total=_PASSES * file.size)

        def pieces() -> Iterator[bytes]:
            for piece in file.pieces():
                yield piece
                progress.update(task, advance=len(piece))

        with named(csv):
            found = Baseline.from_csv(pieces, label=label or None, mask=mask)
            check_mask(mask, found.columns)
            return found


def reading(console: Console) -> Progress:
    """Return a bar of bytes, on stderr, where somebody looks."""
    return Progress(
        *(TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn()),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
