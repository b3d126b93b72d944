"""Whatever stands in a file, reading ends, and everything is either read or told."""

from __future__ import annotations

import gzip
import json

from hypothesis import example, given, settings
from hypothesis import strategies as st

from slipway.domain.drift.profiles import Bins, Profile
from slipway.domain.drift.reading import observe, read_captures
from slipway.domain.drift.troubles import Trouble, Troubles
from tests.unit.drift_reading.records import SCHEMA, as_json, body, file, packed, record

LINES = [
    record("31,2.5,free\n40,1.5,paid\n"),
    record('31,2.5,"a, b"'),
    record(as_json({"instances": [{"features": [31, 2.5, "free"]}]}), as_json([0.5])),
    record(as_json([{"age": 31, "income": None, "plan": "free"}])),
    record("9,9,x", inferenceId="slipway-1"),
]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=12,
)
NAMES = st.sampled_from(["instances", "columns", "data", "age", "income", "plan", "features"])
BODIES = st.one_of(
    st.text(max_size=30).map(body),
    st.text(st.sampled_from('1,.-"\n\r ax'), max_size=30).map(body),
    st.builds(body, st.text(max_size=20), st.sampled_from(["JSON", "BASE64", "CSV"])),
    (VALUES | st.dictionaries(NAMES, VALUES, max_size=3)).map(as_json),
)


def profiled(content: bytes) -> tuple[Profile, Troubles]:
    found = Profile(SCHEMA, Bins())
    for batch in read_captures([content], SCHEMA):
        assert batch.inputs.columns == [column.name for column in SCHEMA.inputs]
        assert batch.inputs.height == batch.rows
        found.add(batch)
    observe([content])
    return found, found.troubles


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_spoilt_files_are_read_to_their_end(data: st.DataObject) -> None:
    content = bytearray(file(*data.draw(st.lists(st.sampled_from(LINES), min_size=1, max_size=6))))
    for _ in range(data.draw(st.integers(0, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))
    for spoilt in (bytes(content), bytes(content[:cut]), gzip.compress(content)[: cut + 1]):
        profiled(spoilt)


@settings(deadline=None, max_examples=200)
@given(st.lists(st.tuples(BODIES, BODIES), min_size=1, max_size=4))
@example([(body('"'), body("0.5")), (body("1,2,x"), body("0.5"))])
@example([(body("1,2,x\r"), body("\n")), (body("\n\n1,2,x\n\n"), body("1\n\n2"))])
@example([(as_json({"instances": {}}), as_json({"predictions": None}))])
@example([(body("\r", "JSON"), body("0.5"))])
@example([(body("[1,2,3]\n[4,5,6]", "JSON"), body("0.5")), (body("\r", "JSON"), body("0.5"))])
@example([(body("\ufeff"), body("0.5")), (body(" \ufeff\n", "JSON"), body("0.5"))])
@example([(packed("\n", "application/json"), body("0.5"))])
def test_every_request_is_read_or_told(pairs: list[tuple[dict[str, str], dict[str, str]]]) -> None:
    found, troubles = profiled(file(*(record(*pair) for pair in pairs)))
    told = sum(
        troubles.counts.get(each, 0)
        for each in (Trouble.NO_INPUT, Trouble.UNDECODABLE, Trouble.WRONG_WIDTH)
    )
    empty = sum(_holds_no_rows(request) for request, _ in pairs)
    assert found.rows + told + empty >= len(pairs)
    assert found.records == len(pairs)


def _holds_no_rows(request: dict[str, str]) -> bool:
    """Say whether a request may rightly hold no rows: `[]` or `{"instances": []}`."""
    if request["encoding"] != "JSON":
        return False
    try:
        return "[]" in json.dumps(json.loads(request["data"])).replace(" ", "")
    except ValueError:
        return False
