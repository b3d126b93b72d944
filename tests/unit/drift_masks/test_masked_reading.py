"""What is masked is gone before it is counted, whatever form it comes in."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slipway.domain.drift.baseline import Baseline
from slipway.domain.drift.profiles import Bins, Profile
from slipway.domain.drift.profiles.presence import Presence
from slipway.domain.drift.reading import read_captures
from slipway.domain.drift.schema import Column, Kind, Schema
from slipway.domain.drift.yardstick import Yardstick
from tests.unit.drift_masks.made import FORMS, MASK, NUMBERS, WORDS, captured, holding

KINDS = (Kind.FRACTIONAL, Kind.STRING, Kind.INTEGRAL, Kind.STRING)
COLUMNS = tuple(map(Column, ("a", "email", "card", "b"), KINDS))
OPEN = Schema(COLUMNS, (Column("prediction", Kind.FRACTIONAL),))
SCHEMA = OPEN.masking(MASK)


def profile_of(content: bytes, schema: Schema = SCHEMA) -> Profile:
    profile = Profile(schema, Bins())
    for batch in read_captures([content], schema):
        profile.add(batch)
    return profile


def presence(profile: Profile, name: str) -> tuple[int, int]:
    found = profile.features["input", name]
    assert isinstance(found, Presence)
    return found.present, found.missing


def files_of(profile: Profile) -> dict[str, bytes]:
    known = Baseline.learnt(profile)
    return {
        "profile": profile.to_bytes(),
        "baseline": known.to_json(),
        "statistics": json.dumps(known.statistics()).encode(),
        "constraints": json.dumps(known.constraints()).encode(),
        "yardstick": Yardstick(profile.schema, known).to_bytes(),
    }


@pytest.mark.parametrize("form", FORMS)
@given(secrets=st.lists(st.tuples(WORDS, NUMBERS), min_size=1, max_size=4))
@settings(max_examples=12, deadline=None)
def test_no_value_is_counted_in_any_form(form: str, secrets: list[tuple[str, float]]) -> None:
    rows = [{"a": 1.5, "email": word, "card": card, "b": "x"} for word, card in secrets]
    profile = profile_of(captured(form, rows) * 2)
    assert holding(files_of(profile), [each for pair in secrets for each in pair]) == []
    assert presence(profile, "email") == (2 * len(rows), 0)
    assert presence(profile, "card") == (2 * len(rows), 0)
    assert Profile.from_bytes(profile.to_bytes()).merged(profile).rows == 4 * len(rows)


def test_the_canaries_would_be_found() -> None:
    rows = [{"a": 1.5, "email": "zq-secret", "card": 123456789.5, "b": "x"}]
    files = files_of(profile_of(captured("csv", rows), OPEN))
    assert "profile" in holding(files, ["zq-secret"])
    assert "statistics" in holding(files, ["zq-secret"])
    assert "profile" in holding(files, [123456789.5])


VALUES = st.sampled_from([None, "", " ", "x", "nan", "1", 0, 1, 2.5, True, float(10**9)])


@settings(deadline=None)
@given(values=st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=12))
def test_what_is_missing_is_counted_as_if_it_were_seen(values: list[tuple[Any, Any]]) -> None:
    rows = [{"a": 1, "email": word, "card": card, "b": "x"} for word, card in values]
    content = captured("objects", rows)
    seen, hidden = profile_of(content, OPEN), profile_of(content)
    for name in MASK:
        feature = seen.features["input", name]
        assert presence(hidden, name) == (feature.present, feature.missing)


def test_no_line_is_kept_that_nobody_can_read() -> None:
    lines = [
        b"zq-secret\n",
        captured("csv", [{"a": 1, "email": "zq-secret"}]),
        captured("objects", [{"q": "zq-secret", "r": 2}]),
        captured("csv", [{"a": 1}]).replace(b'"CSV"', b'"zq-secret"'),
        b'{"captureData": "zq-secret',
    ]
    profile = profile_of(b"".join(lines))
    assert profile.troubles.counts == {
        "half_written": 1,
        "malformed": 1,
        "output_undecodable": 1,
        "undecodable": 1,
        "wrong_width": 2,
    }
    assert profile.troubles.samples == ()
    assert profile_of(b"".join(lines), OPEN).troubles.samples
    assert profile.troubles.missing_columns["card"] == 2


def test_answers_are_masked_by_name_and_with_the_label() -> None:
    assert [each.masked for each in SCHEMA.outputs] == [False]
    assert [each.masked for each in OPEN.masking(["prediction"]).outputs] == [True]
    labelled = OPEN.masking(["left"], label="left")
    assert [each.masked for each in (*labelled.inputs, *labelled.outputs)] == [False] * 4 + [True]


def test_a_yardstick_of_before_there_were_masks_is_read() -> None:
    told = json.loads(Yardstick(OPEN).to_bytes())
    old = {**told, "inputs": [each[:2] for each in told["inputs"]]}
    del old["mask"]
    assert Yardstick.from_bytes(json.dumps(old).encode()).schema == OPEN
    assert Yardstick.from_bytes(Yardstick(SCHEMA).to_bytes()).schema == SCHEMA
