"""Requests in JSON, in the shapes that people send."""

from __future__ import annotations

import json
from typing import Any

import pytest

from slipway.domain.drift.profiles import Bins, Profile
from slipway.domain.drift.schema import Column, Kind, Schema
from slipway.domain.drift.troubles import Trouble
from tests.unit.drift_reading.records import (
    NUMBERS,
    SCHEMA,
    as_json,
    body,
    file,
    packed,
    read,
    record,
    rows,
)

ONE, TWO = (31, 2.5, "free"), (40, 1.5, "paid")
NAMES = ("age", "income", "plan")
ROWS = [dict(zip(NAMES, row, strict=True)) for row in (ONE, TWO)]
SHAPES: dict[str, Any] = {
    "rows": [list(ONE), list(TWO)],
    "instances of lists": {"instances": [list(ONE), list(TWO)]},
    "instances with features": {"instances": [{"features": list(ONE)}, {"features": list(TWO)}]},
    "instances with names": {"instances": ROWS},
    "other names for instances": {"inputs": [list(ONE), list(TWO)]},
    "with a signature beside": {"signature_name": "x", "instances": [list(ONE), list(TWO)]},
    "dicts": ROWS,
    "names in another order": [dict(reversed(row.items())) for row in ROWS],
    "named columns": {name: [row[name] for row in ROWS] for name in NAMES},
    "named columns in a wrapping": {"inputs": {name: [r[name] for r in ROWS] for name in NAMES}},
    "pandas split": {"columns": list(NAMES), "index": [0, 1], "data": [list(ONE), list(TWO)]},
    "mlflow split": {"dataframe_split": {"columns": list(NAMES), "data": [list(ONE), list(TWO)]}},
    "mlflow records": {"dataframe_records": ROWS},
    "nested": {"instances": [[[31], [2.5, "free"]], [[40, 1.5], ["paid"]]]},
    "several tensors": {
        "instances": [{"a": [31, 2.5], "b": ["free"]}, {"a": [40, 1.5], "b": "paid"}]
    },
}


@pytest.mark.parametrize("shape", SHAPES)
def test_rows_are_found_in_every_shape(shape: str) -> None:
    found = read(file(record(as_json(SHAPES[shape]))))
    assert rows(found) == [ONE, TWO]
    assert not found.troubles.counts


@pytest.mark.parametrize("shape", SHAPES)
def test_rows_are_found_where_shapes_are_mixed(shape: str) -> None:
    content = file(record(as_json(list(TWO))), record(as_json(SHAPES[shape])))
    assert rows(read(content)) == [TWO, ONE, TWO]


def test_a_list_of_values_is_one_row_or_one_value_each() -> None:
    assert rows(read(file(record(as_json(list(ONE)))))) == [ONE]
    single = Schema(NUMBERS[:1], ())
    assert rows(read(file(record(as_json([1, 2, 3]))), single)) == [(1,), (2,), (3,)]


@pytest.mark.parametrize("end", ["", "\n"])
def test_json_lines_are_rows(end: str) -> None:
    lines = "\n".join(json.dumps({"features": list(row)}) for row in (ONE, TWO)) + end
    told = body(lines, "JSON", "application/jsonlines")
    assert rows(read(file(record(told), record(as_json({"features": list(ONE)}))))) == [
        ONE,
        TWO,
        ONE,
    ]


def test_answers_go_by_their_names_whatever_their_order() -> None:
    schema = Schema(
        SCHEMA.inputs, (Column("score", Kind.FRACTIONAL), Column("label", Kind.INTEGRAL))
    )
    one = as_json({"predictions": [{"label": 1, "score": 0.9}]})
    other = as_json({"predictions": [{"score": 0.2, "label": 0}]})
    found = read(file(record("1,2,x", one), record("3,4,y", other)), schema)
    assert found.outputs.rows() == [(0.9, 1), (0.2, 0)]


@pytest.mark.parametrize(
    "answer", [{"predictions": [0.5]}, {"predictions": [[0.5]]}, [0.5], [[0.5]], {"p": 0.5}, 0.5]
)
def test_a_single_answer_needs_no_name(answer: Any) -> None:
    found = read(file(record("1,2,x", as_json(answer)), record("3,4,y", as_json(answer))))
    assert found.outputs["score"].to_list() == [0.5, 0.5]


def test_csv_asked_and_json_answered_are_read_too() -> None:
    found = read(file(record("1,2,x", as_json({"predictions": [{"score": 0.25}]}))))
    assert rows(found) == [(1, 2, "x")]
    assert found.outputs["score"].to_list() == [0.25]


def test_encodings_may_change_within_a_file() -> None:
    content = file(
        record("1,2,x"),
        record(as_json(list(ONE)), as_json([0.1])),
        record(packed("3,4,y", "text/csv; charset=utf-8"), "0.2"),
        record(packed(json.dumps(list(TWO)), "application/json"), "0.3"),
        record(packed("5,6,z\n", ""), "0.4"),
        record("7,old,w"),
    )
    found = read(content)
    assert sorted(found.inputs["plan"]) == ["free", "paid", "w", "x", "y", "z"]
    assert sorted(found.inputs["income"]) == ["1.5", "2", "2.5", "4", "6", "old"]
    assert found.outputs.height == 6
    assert not found.troubles.counts


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (packed(b"\x89PNG\x00", "image/png"), Trouble.UNDECODABLE),
        (packed(b"\xff\xfe", "text/csv"), Trouble.UNDECODABLE),
        (body("###", "BASE64"), Trouble.UNDECODABLE),
        (body("1,2,x", "CSV") | {"encoding": "NONE"}, Trouble.UNDECODABLE),
        (body('{"instances": [', "JSON"), Trouble.UNDECODABLE),
        (as_json({"columns": ["age"], "data": [[1, 2]]}), Trouble.UNDECODABLE),
        (as_json({"age": [1, 2], "income": [3], "plan": ["x"]}), Trouble.UNDECODABLE),
        (body("[" * 9000 + "]" * 9000, "JSON"), Trouble.UNDECODABLE),
        (as_json([1, 2]), Trouble.WRONG_WIDTH),
        (as_json({"height": 1, "weight": 2}), Trouble.WRONG_WIDTH),
        (body("", "CSV"), Trouble.NO_INPUT),
        (None, Trouble.NO_INPUT),
    ],
)
def test_what_has_no_columns_spoils_nothing_else(told: Any, reason: Trouble) -> None:
    found = read(file(record(as_json(list(ONE))), record(told), record("3,4,y")))
    assert sorted(found.inputs["plan"]) == ["free", "y"]
    assert found.troubles.counts == {reason: 1}


def test_names_that_are_missing_or_unknown_are_told_and_the_others_compared() -> None:
    found = read(file(record(as_json({"age": 31, "plan": "free", "city": "x"}))))
    assert rows(found) == [(31, None, "free")]
    assert found.troubles.missing_columns == {"income": 1}
    assert found.troubles.extra_columns == {"city": 1}
    assert not found.troubles.counts


def test_values_of_other_kinds_are_kept_for_counting() -> None:
    content = [["31", True, 7], [None, "much", {"a": 1}], [2.5, 1, False]]
    found = read(file(record(as_json(content))))
    assert found.inputs["age"].to_list() == [31, None, 2.5]
    assert found.inputs["income"].to_list() == ["true", "much", "1"]
    # What is nested is spread out: the second row has one value more than it should have.
    assert found.inputs["plan"].to_list()[0] == "7"


def test_a_list_in_a_named_value_is_of_another_kind() -> None:
    found = read(file(record(as_json([{"age": [1, 2], "income": 1, "plan": "x"}, ROWS[0]]))))
    assert found.inputs["age"].to_list() == ["[1,2]", "31"]


def odd(*bodies: str) -> bytes:
    return file(*(record(body(text, "JSON")) for text in bodies))


def test_not_a_number_is_a_missing_value_as_it_is_in_csv() -> None:
    content = odd('{"age": NaN, "income": 2.5, "plan": "NaN, Infinity"}', json.dumps(ROWS[1]))
    found = read(content)
    assert rows(found) == [(None, 2.5, "NaN, Infinity"), TWO]
    assert not found.troubles.counts
    assert rows(read(odd('[NaN, NaN, "a\\"NaN"]\n[1, 2, "b"]'))) == [
        (None, None, 'a"NaN'),
        (1, 2, "b"),
    ]
    assert rows(read(odd('{"instances": [\n  [NaN, 2, "a"]\n]}'))) == [(None, 2, "a")]
    assert rows(read(odd('\ufeff[1, 2, "\ufeff"]', '[1, 2, "a"]')))[0] == (1, 2, "\ufeff")


@pytest.mark.parametrize("spelt", ["Infinity", "-Infinity", "1e400", "-1E+999", "1" + "0" * 400])
def test_what_is_infinite_is_no_number_of_the_column_as_in_csv(spelt: str) -> None:
    csv = spelt.replace("Infinity", "inf")
    profiles = []
    for content in (
        odd(f'[{spelt}, 2.5, "a"]', '[1, 2, "b"]'),
        file(record(f"{csv},2.5,a\n1,2,b")),
    ):
        found = read(content)
        assert not found.troubles.counts
        profile = Profile(SCHEMA, Bins())
        profile.add(found)
        age = profile.features["input", "age"]
        profiles.append((age.words, age.missing, age.moments.count))
    assert profiles == [(1, 0, 1)] * 2


@pytest.mark.parametrize(
    "text", ['{"age": NaN', '["' + '\\"' * 200_000 + "NaN", "[NaN NaN]", "{NaN: 1}"]
)
def test_what_is_no_json_even_so_is_set_aside(text: str) -> None:
    found = read(odd(text, json.dumps(ROWS[0])))
    assert rows(found) == [ONE]
    assert found.troubles.counts == {Trouble.UNDECODABLE: 1}
