"""What users wrote stays where it was captured, unless somebody says otherwise."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest

from tests.unit.drift_runs.watching import Watching

USERS = [f"user{number:04}@example.com" for number in range(12)]


def asked(number: int, **request: Any) -> bytes:
    """Return one request in JSON, and its answer."""
    sides = {"endpointInput": json.dumps(request), "endpointOutput": json.dumps({"word": "free"})}
    data = {
        side: {"observedContentType": "application/json", "mode": "", "data": text}
        | {"encoding": "JSON"}
        for side, text in sides.items()
    }
    meta = {"eventId": f"{number}", "inferenceTime": "2026-03-02T08:00:00Z"}
    told = {"captureData": data, "eventMetadata": meta, "eventVersion": "0"}
    return json.dumps(told).encode()


def drifted(**settings: Any) -> str:
    """Return all that is told of users of whom one comes more often, and of a new column."""
    watching, source = Watching(learn=500, **settings), Random(4)
    for hour in range(3):
        weights = [40.0 if hour == 2 and user == USERS[9] else 1.0 for user in USERS]
        mails = source.choices(USERS, weights, k=600)
        more = {"jane-doe": 1, "card-4711": 2} if hour == 2 else {}
        rows = [
            asked(1000 * hour + n, mail=mail, age=source.gauss(0, 1), **more)
            for n, mail in enumerate(mails)
        ]
        watching.capture(b"\n".join(rows) + b"\n")
        watching.run()
    record = watching.record
    assert record.baseline is not None
    assert record.baseline.source == "captures"
    assert record.history[-1]["verdict"] == "drift"
    key = record.history[-1]["report"].partition("://")[2].partition("/")[2]
    page = watching.bucket.get(key)
    assert page is not None
    events = [(each.reason, dict(each.facts)) for each in watching.announcer.news]
    return json.dumps([events, record.history]) + page.decode()


def test_a_learnt_baseline_names_no_word_of_users() -> None:
    told = drifted()
    assert [user for user in USERS if user in told] == []
    assert "the share of one word went from" in told


def test_columns_that_callers_name_are_counted_only() -> None:
    told = drifted()
    assert "jane-doe" not in told
    assert "card-4711" not in told
    assert "columns that the baseline lacks: 2 unknown columns" in told


@pytest.mark.parametrize("word", ["`user0009@example.com` went from", "jane-doe", "card-4711"])
def test_whoever_wants_examples_gets_them(word: str) -> None:
    told = drifted(examples=True)
    assert word in told
