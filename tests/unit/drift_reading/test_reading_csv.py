"""Requests in CSV: several rows, quotes, odd widths, things that are no numbers."""

from __future__ import annotations

import pytest

from slipway.domain.drift.schema import Schema
from slipway.domain.drift.troubles import Trouble
from tests.unit.drift_reading.records import NUMBERS, SCHEMA, SCORE, file, read, record, rows


def test_a_request_may_hold_several_rows_and_end_with_a_newline_or_not() -> None:
    found = read(
        file(record("31,2.5,free\n40,1.5,paid\n", "0.1\n0.2\n"), record("50,0.5,free", "0.3"))
    )
    assert rows(found) == [(31, 2.5, "free"), (40, 1.5, "paid"), (50, 0.5, "free")]
    assert found.outputs["score"].to_list() == [0.1, 0.2, 0.3]
    assert (found.records, found.rows) == (2, 3)
    assert not found.troubles.counts


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n\n"])
def test_line_ends_of_every_system_are_one(end: str) -> None:
    found = read(file(record(f"31,2.5,free\r\n40,1.5,paid{end}"), record(f"1,2,x{end}")))
    assert [row[2] for row in rows(found)] == ["free", "paid", "x"]


def test_quoted_values_may_hold_commas_quotes_and_line_breaks() -> None:
    found = read(file(record('31,2.5,"free, for ""now"""\n40,"1.5","a\nb"'), record("1,2,x")))
    assert rows(found) == [(31, 2.5, 'free, for "now"'), (40, 1.5, "a\nb"), (1, 2, "x")]


def test_a_missing_value_is_null() -> None:
    found = read(file(record(",2.5,free\n40,,\n"), record('7,"",""')))
    assert rows(found) == [(None, 2.5, "free"), (40, None, None), (7, None, None)]


def test_a_missing_value_of_a_single_column_is_a_blank_line() -> None:
    schema = Schema(NUMBERS[:1], ())
    found = read(file(record("1\n\n3\n"), record("4")), schema)
    assert [row[0] for row in rows(found)] == [1, None, 3, 4]


@pytest.mark.parametrize("narrow", ["31,2.5", "31", "31,2.5\n40,1.5"])
def test_a_narrow_row_is_never_laid_beside_the_columns(narrow: str) -> None:
    found = read(file(record("1,2,x"), record(narrow), record("3,4,y")))
    assert rows(found) == [(1, 2, "x"), (3, 4, "y")]
    lines = narrow.count("\n") + 1
    assert found.troubles.counts == {Trouble.WRONG_WIDTH: lines}
    assert found.troubles.missing_columns["plan"] == lines
    assert found.troubles.samples[0].line == narrow.encode()


def test_a_wide_row_tells_which_place_is_too_much() -> None:
    found = read(file(record("1,2,x,9,10"), record("3,4,y")))
    assert rows(found) == [(3, 4, "y")]
    assert found.troubles.extra_columns == {"column 4": 1, "column 5": 1}


def test_a_wide_and_a_narrow_row_do_not_make_up_for_each_other() -> None:
    found = read(file(record("1,2,x,9"), record("3,4"), record("5,6,z")))
    assert rows(found) == [(5, 6, "z")]
    assert found.troubles.counts == {Trouble.WRONG_WIDTH: 2}


def test_a_row_that_ends_with_a_missing_value_is_no_narrow_one() -> None:
    found = read(file(record("1,2,"), record("3,4,y")))
    assert rows(found) == [(1, 2, None), (3, 4, "y")]
    assert not found.troubles.counts


def test_words_among_numbers_are_kept_for_counting() -> None:
    found = read(file(record("31,2.5,free"), record("old,1.5,paid")))
    assert found.inputs["age"].to_list() == ["31", "old"]
    assert found.inputs["income"].to_list() == [2.5, 1.5]
    assert not found.troubles.counts


def test_spaces_around_numbers_do_no_harm() -> None:
    found = read(file(record("31 , 2.5,free")))
    assert rows(found) == [(31, 2.5, "free")]


def test_a_quote_that_does_not_end_spoils_its_own_request_only() -> None:
    found = read(file(record('31,2.5,"free'), record("1,2,x")))
    assert rows(found) == [(1, 2, "x")]
    assert found.troubles.counts == {Trouble.UNDECODABLE: 1}


def test_answers_of_another_width_are_noted_apart() -> None:
    found = read(file(record("1,2,x", "0.5,0.7"), record("3,4,y", "0.9")))
    assert rows(found) == [(1, 2, "x"), (3, 4, "y")]
    assert found.outputs["score"].to_list() == [0.9]
    assert found.troubles.counts == {Trouble.OUTPUT_WRONG_WIDTH: 1}


def test_answers_that_nobody_asks_for_are_not_read() -> None:
    found = read(
        file(record("1,2,x", "what, ever"), record("3,4,y", None)), Schema(SCHEMA.inputs, ())
    )
    assert found.rows == 2
    assert found.outputs.width == 0
    assert not found.troubles.counts


def test_infinite_and_not_a_number_come_through_as_such() -> None:
    found = read(file(record("1,inf,x\n2,nan,y")), Schema(SCHEMA.inputs, SCORE))
    assert found.inputs["income"].is_infinite().to_list() == [True, False]
    assert found.inputs["income"].is_nan().to_list() == [False, True]


@pytest.mark.parametrize("body", ["{}31,2.5,free", '{}31,"2.5",free', "{}31,2.5,free\n"])
def test_a_byte_order_mark_before_a_body_or_a_file_is_no_part_of_it(body: str) -> None:
    every = [record(body.format("\ufeff")), record(body.format("")), record(body.format("\ufeff"))]
    found = read(b"\xef\xbb\xbf" + file(*every))
    assert rows(found) == [(31, 2.5, "free")] * 3
    assert not found.troubles.counts
