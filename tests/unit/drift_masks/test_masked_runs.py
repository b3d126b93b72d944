"""Looks at traffic with masked columns: what is written, told, kept, and what still is found."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slipway.errors import MaskRefused
from tests.unit.drift_masks.made import FORMS, MASK, NUMBERS, WORDS, captured, holding
from tests.unit.drift_masks.test_masked_baselines import csv_of
from tests.unit.drift_runs.captures import lines
from tests.unit.drift_runs.watching import Watching

if TYPE_CHECKING:
    from collections.abc import Iterable

Secrets = list[tuple[str, float]]
SECRETS = st.lists(st.tuples(WORDS, NUMBERS), min_size=2, max_size=5)
BASELINES = ("baseline.csv", "statistics.json", "")


def told_by(watching: Watching) -> dict[str, bytes]:
    """Return all that was written or told, but the captures themselves."""
    objects = watching.bucket.objects.items()
    found = {key: each.content for key, each in objects if not key.startswith("capture/")}
    told = {
        "news": [(each.reason, dict(each.facts)) for each in watching.announcer.news],
        "ledger": [repr(watching.record), repr(watching.ledger.releases)],
        "metrics": watching.gauges.shown,
    }
    return found | {name: json.dumps(each, default=repr).encode() for name, each in told.items()}


def ask(watching: Watching, form: str, secrets: Secrets, times: int = 120) -> None:
    """Capture good requests, broken ones and unknown columns that hold the secrets."""
    word, card = secrets[0]
    answer = json.dumps({"score": 0.5, "email": word, "by": {"card": card}})
    rows = [{"a": 1.5, "email": word, "card": card, "b": word[:1]} for word, card in secrets]
    good = [captured(form, rows, answer, f"{watching.clock.now()} {n}") for n in range(times)]
    bad = captured("csv", [{"a": 1, "email": word, "card": card}], answer)
    broken = json.dumps({"email": word, "card": card}).encode() + b"\n"
    watching.capture(b"".join(good) + bad + broken + good[0][:-20])


def watched(baseline: str, secrets: Secrets, **more: Any) -> Watching:
    watching = Watching(mask=[*MASK], learn=100, examples=True, minimum_rows=50, **more)
    content = csv_of(secrets * 40)
    if baseline == "baseline.csv":
        watching.beside.place("models/churn/1/baseline.csv", content)
    elif baseline:
        for name, told in model_monitors(content).items():
            watching.beside.place(f"models/churn/1/{name}", told)
    return watching


def model_monitors(content: bytes) -> dict[str, bytes]:
    from slipway.domain.drift.baseline import Baseline

    known = Baseline.from_csv(lambda: [content])
    files = {"statistics.json": known.statistics(), "constraints.json": known.constraints()}
    return {name: json.dumps(told).encode() for name, told in files.items()}


def flat(secrets: Secrets) -> Iterable[str | float]:
    return [each for pair in secrets for each in pair]


@pytest.mark.parametrize("baseline", BASELINES)
@given(secrets=SECRETS, others=SECRETS, form=st.sampled_from(sorted(FORMS)))
@settings(max_examples=6, deadline=None)
def test_no_masked_value_is_written_or_told(
    baseline: str, secrets: Secrets, others: Secrets, form: str
) -> None:
    quality = {"problem": "binary", "probability": "score"}
    # Where nothing says how columns are called, only objects do.
    form = form if baseline else "objects"
    watching = watched(baseline, secrets, quality=quality)
    for asked in (secrets, secrets, others):
        ask(watching, form, asked)
        watching.run()
    written = told_by(watching)
    assert any("answers" in key for key in written)
    assert any(key.endswith("report.html") for key in written)
    entry = watching.record.history[-1]
    assert (entry["rows"], entry["troubles"]["malformed"]) == (120 * len(others), 1)
    assert not any(key.startswith("quarantine/") for key in written)
    assert holding(written, flat(secrets + others)) == []


def test_that_values_are_missing_is_still_drift() -> None:
    secrets = [("zq-secret", 1234567890.5), ("zq-other", 9876543210.5)]
    watching = watched("baseline.csv", secrets)
    rows = [{"a": n, "email": "", "card": 5, "b": "x"} for n in range(80)]
    watching.capture(captured("csv", rows))
    assert watching.run()["verdict"] == "drift"
    assert "email: 100.00% of the values are missing" in watching.announcer.news[0].reason
    assert not any("email" in name or "card" in name for name in watching.gauges.shown[-1][0])


def test_columns_that_are_missing_or_too_many_are_still_drift() -> None:
    watching = watched("baseline.csv", [("zq-secret", 1234567890.5)] * 2)
    watching.capture(captured("objects", [{"a": 1, "b": "x", "q": 5}] * 300))
    assert watching.run()["verdict"] == "drift"
    assert "Missing columns" in watching.record.history[-1]["features"]


# ── names, and changes of them ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("baseline", BASELINES)
def test_a_slip_in_a_name_stops_the_look_and_is_told(baseline: str) -> None:
    secrets = [("zq-secret", 1234567890.5), ("zq-other", 9876543210.5)]
    watching = watched(baseline, secrets)
    watching.settings["mask"] = ["emial"]
    ask(watching, "objects", secrets)
    watching.clock.advance(hours=1)
    ref = watching.begin()
    assert ref
    with pytest.raises(MaskRefused, match="Is `email` meant") as refused:
        watching.found(ref)
    watching.fail(
        ref, {"Error": "MaskRefused", "Cause": json.dumps({"errorMessage": str(refused.value)})}
    )
    assert watching.announcer.kinds == ["Drift Check Failed"]
    assert "`emial` is to be masked, and is no column" in watching.announcer.news[0].reason
    assert holding(told_by(watching), flat(secrets)) == []


def test_what_was_counted_before_a_column_was_masked_counts_no_more() -> None:
    secrets = [("zq-secret", 1234567890.5), ("zq-other", 9876543210.5)]
    watching = watched("baseline.csv", secrets)
    watching.settings |= {"mask": [], "minimum_rows": 500}
    ask(watching, "csv", secrets, times=20)
    watching.run()
    assert watching.record.pending
    before = set(watching.bucket.objects)
    watching.settings["mask"] = [*MASK]
    # Nothing new is captured, but how good the model is is looked at.
    watching.settings["quality"] = {"problem": "binary", "probability": "score"}
    watching.run()
    ask(watching, "csv", secrets)
    watching.run()
    assert watching.record.history[-1]["rows"] == 240
    fresh = {key: each for key, each in told_by(watching).items() if key not in before}
    assert holding(fresh, flat(secrets)) == []


def test_with_the_label_all_answers_are_masked() -> None:
    watching = Watching(label="label", mask=["label"], minimum_rows=50)
    watching.baseline()
    watching.capture(lines(["0.1,0.2"] * 60))
    watching.run()
    assert watching.record.baseline
    told = json.loads(watching.bucket.objects[watching.record.baseline.key].content)
    assert told["outputs"] == [["prediction", "Fractional", True]]
    columns = {each["name"]: each["type"] for each in json.loads(told["baseline"])["columns"]}
    assert columns == {"a": "numbers", "b": "numbers", "label": "presence"}
