"""Answers are kept until the truth is known, but for what nobody is to see."""

from __future__ import annotations

from typing import Any

import pytest

from slipway.domain.drift.quality.masking import AnswerMask
from slipway.domain.drift.schema import Column, Kind, Schema
from slipway.domain.spec import InvalidSpec, parse_spec


def kept(content: Any, *outputs: str, mask: str = "email") -> Any:
    columns = tuple(Column(name, Kind.STRING) for name in outputs)
    return AnswerMask(Schema((), columns).masking([mask])).applied(content)


@pytest.mark.parametrize(
    ("content", "left"),
    [
        ({"score": 1, "email": "q"}, {"score": 1}),
        ({"predictions": [{"score": 1, "email": "q"}]}, {"predictions": [{"score": 1}]}),
        ({"score": [1, 2], "email": ["q", "r"]}, {"score": [1, 2]}),
        ({"by": {"email": {"of": "q"}}, "score": 1}, {"by": {}, "score": 1}),
        ([[1, "q"], [2, "r"]], [[1, None], [2, None]]),
        ({"predictions": [[1, "q"]]}, {"predictions": [[1, None]]}),
        ([[1, "q", "more"]], [[None, None, None]]),
        (["q", "r", "s"], [None, None, None]),
        ("q", None),
    ],
)
def test_it_is_taken_out_by_key_and_by_place(content: Any, left: Any) -> None:
    assert kept(content, "score", "email") == left


def test_what_is_masked_among_requests_only_leaves_answers_as_they_are() -> None:
    assert kept([[1, "q"], 2], "score", "word") == [[1, "q"], 2]
    assert kept(0.5, "prediction") == 0.5
    assert kept({"a": [1], "b": 2}, "a", "b", mask="c") == {"a": [1], "b": 2}


def test_without_a_mask_nothing_is_changed() -> None:
    assert AnswerMask(Schema((), ())).applied({"email": "q"}) == {"email": "q"}


def test_where_all_is_masked_nothing_is_kept() -> None:
    schema = Schema((), (Column("prediction", Kind.STRING),))
    assert AnswerMask(schema.masking(["prediction"])).hides_all
    assert AnswerMask(schema.masking(["left"], label="left")).hides_all
    assert not AnswerMask(schema.masking(["left"])).hides_all


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ("{label: left, mask: [left], quality: {problem: binary}}", "`left` is the label"),
        (
            "{mask: [score], quality: {problem: binary, probability: 'rows[0].score[0]'}}",
            "`score` is what `quality` compares",
        ),
        ("{mask: [5]}", "mask"),
        ("{mask: ['']}", "mask"),
    ],
)
def test_masks_that_cannot_be(settings: str, words: str) -> None:
    with pytest.raises(InvalidSpec) as refused:
        parse_spec(f"drift: {settings}\n")
    assert words in str(refused.value)
    assert parse_spec("drift: {label: left, mask: [left]}\n").drift.mask == ("left",)
