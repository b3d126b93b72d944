"""What the page says first: a sentence, and the few numbers that matter most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.drift.report.figures import times
from slipway.domain.drift.report.looks import each_once
from slipway.domain.report.shell import tile_list
from slipway.domain.report.words import count

if TYPE_CHECKING:
    from slipway.domain.drift.report.facts import DriftRun


def sentence(run: DriftRun) -> str:
    """Return the verdict in a sentence; what it stands on is in the tables."""
    drifted, parts = each_once(run.drifted), []
    if drifted:
        worst = max(drifted, key=lambda each: each.ratio)
        compared = count(len(each_once(run.ordered)), "feature")
        moved = f"{worst.feature} moved most, {times(worst.ratio)} its limit"
        parts.append(f"{len(drifted)} of {compared} drifted; {moved}")
    if run.broken:
        checks = count(len(run.broken), "check")
        parts.append(f"{checks} of values and columns {_fail(len(run.broken))}")
    if run.worse:
        names = ", ".join(each.feature for each in run.worse)
        parts.append(
            f"{names} {'is beyond its limit' if len(run.worse) == 1 else 'are beyond their limits'}"
        )
    return f"{'; '.join(parts)}." if parts else run.verdict.reason


def _fail(number: int) -> str:
    return "does not hold" if number == 1 else "do not hold"


def tiles(run: DriftRun) -> str:
    """Return the few numbers that matter most."""
    compared, drifted = each_once(run.ordered), each_once(run.drifted)
    found = [("Drifted", f"{len(drifted)}", f"of {count(len(compared), 'feature')} compared")]
    if compared:
        worst = max(compared, key=lambda each: each.ratio)
        found.append(("Furthest", times(worst.ratio), f"its limit: {worst.feature}"))
    rows, files = run.source.coverage.rows, count(run.source.files, "file")
    found.append(("Looked at", f"{rows:,}", f"{'row' if rows == 1 else 'rows'} from {files}"))
    if run.broken:
        found.append(("Faults", f"{len(run.broken)}", "of values and columns"))
    return tile_list(found)
