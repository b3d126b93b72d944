from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.workflows.jsonata import QueryError, Undefined, evaluate

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-1000, 1000) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)


def value(expression: str, **variables: Any) -> Any:
    return evaluate(expression, variables, random.Random(1))


@given(JSON)
def test_data_comes_back_as_it_went_in(data: Any) -> None:
    assert value('{"kept": $x}', x=data) == {"kept": data}


def test_quotes_in_data_are_data() -> None:
    assert value("$x & '!'", x='a"b\\c\n{% $y %}') == 'a"b\\c\n{% $y %}!'


def test_null_is_a_value_and_a_missing_field_is_none() -> None:
    assert value("$x", x=None) is None
    assert value("$x.a", x={"a": None}) is None
    assert value("$exists($x.a)", x={"a": None}) is True
    with pytest.raises(Undefined, match="returned nothing"):
        value("$x.b", x={"a": None})


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("$partition([1,2,3,4,5], 2)", [[1, 2], [3, 4], [5]]),
        ("$range(0, 10, 5)", [0, 5, 10]),
        ("$range(3, 1, -1)", [3, 2, 1]),
        ("$hash('abc', 'MD5')", "900150983cd24fb0d6963f7d28e17f72"),
        ("$hash('abc', 'SHA-1')", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        ("$parse('{\"a\": [1, null]}')", {"a": [1, None]}),
        ("6 / 2", 3),
        ("[1..3].($ * 2)", [2, 4, 6]),
    ],
)
def test_functions_of_step_functions(expression: str, expected: Any) -> None:
    assert value(expression) == expected


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("$eval('1')", r"\$eval does not exist"),
        ("1 / 0", "division by zero"),
        ("function($a){$a}", "unsupported result type"),
        ("$hash('a', 'CRC')", "SHA-512"),
        ("$range(0, 5000, 1)", "at most 1000"),
        ("$partition([1], 0)", "chunk size"),
        ("$parse('nope')", "not JSON"),
        ("$error('mine')", "mine"),
        ("(", "not valid JSONata"),
        ("$x > 1", "same data type"),
    ],
)
def test_what_fails_says_why(expression: str, reason: str) -> None:
    with pytest.raises(QueryError, match=reason):
        value(expression, x="a")


def test_randomness_comes_from_its_source_alone() -> None:
    expression = "[$random(), $uuid(), $string($shuffle([1,2,3,4]))]"
    first, second = (evaluate(expression, {}, random.Random(7)) for _ in range(2))
    assert first == second
    assert first != evaluate(expression, {}, random.Random(8))
    assert value("$random(5)") == value("$random(5)")


def test_the_same_text_with_other_data_is_evaluated_anew() -> None:
    assert [value("$x + 1", x=number) for number in (1, 2, 3)] == [2, 3, 4]
