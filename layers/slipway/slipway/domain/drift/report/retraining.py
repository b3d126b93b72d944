"""What to do about drift."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.drift.verdict import FAULTS, Verdict
from slipway.domain.report.sections import section
from slipway.domain.report.words import count, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slipway.domain.drift.report.facts import DriftRun

_NAMED = 5


def retraining(run: DriftRun) -> str:
    """Return how to retrain; nothing where there is no drift."""
    if not run.verdict.suggests_retraining or run.verdict.verdict is not Verdict.DRIFT:
        return ""
    steps = [_rule_out(run), *_train(run)]
    items = "".join(f"<li>{step}</li>" for step in steps)
    return section("How to retrain", f'<ol class="steps">{items}</ol>')


def _rule_out(run: DriftRun) -> str:
    faults = sorted({each.feature for each in run.broken if each.test in FAULTS})
    if faults:
        return (
            f"First repair the source of {_named(faults)}: values or columns are missing or of "
            "another kind. A model that is trained on broken data learns it."
        )
    return (
        f"First rule out a broken source of {_named(run.verdict.features)}: a changed unit or "
        "default looks like drift, and training does not cure it."
    )


def _named(features: Sequence[str]) -> str:
    more = len(features) - _NAMED
    names = text(", ".join(features[:_NAMED]))
    return f"{names} and {more} more" if more > 0 else names


def _train(run: DriftRun) -> list[str]:
    window, places = _window(run), "<br>".join(text(each) for each in run.source.places)
    where = f" Captured requests lie in:<br><code>{places}</code>" if places else ""
    endpoint = text(run.subject) if run.of_endpoint else "ENDPOINT"
    command = (
        f"slipway deploy model.tar.gz --endpoint {endpoint} --version NEW "
        "--baseline baseline.csv --watch"
    )
    return [
        f"Label requests{window}, add them to the training data, and train.{where}",
        "Keep the training data as <code>baseline.csv</code>: what the new version serves is "
        "compared with it.",
        f"Drop both. The new version is tried before any user meets it:<pre>{command}</pre>",
        "A rule on the event <code>Retraining Suggested</code> can do all this: "
        "<code>examples/retraining</code> shows one.",
    ]


def _window(run: DriftRun) -> str:
    if not run.source.first:
        return f" of the {count(run.source.coverage.rows, 'row')} of this report"
    return f" of {text(run.source.first)} to {text(run.source.last)}"
