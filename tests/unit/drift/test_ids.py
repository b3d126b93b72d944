"""Ids are found among many without reading what they belong to."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from slipway.domain.drift.files import FoundFile
from slipway.domain.drift.ids import (
    PARTS,
    Search,
    answer_bytes,
    hashes_of,
    part_numbers,
    together,
)
from slipway.domain.drift.ids import index as indexes
from slipway.usecases.answer_files import AnswerFiles, Place, put_answers
from tests.fakes.clock import FakeClock
from tests.fakes.drift import FakeMonitoring

PLACE = Place("2026/03/02/08", "1-abc")
ids = st.lists(st.text(max_size=12), unique=True, max_size=60)


def kept(every: list[str]) -> AnswerFiles:
    """Keep answers of these ids in one file."""
    bucket = FakeMonitoring(FakeClock().now())
    lines = [
        json.dumps([each, "", "x" * (number % 7)]).encode() for number, each in enumerate(every)
    ]
    put_answers("churn", PLACE, "one", (every, [line + b"\n" for line in lines]), bucket)
    return AnswerFiles("churn", files=bucket, shelf=bucket)


def read(answers: AnswerFiles, wanted: list[str], groups: int) -> list[str]:
    """Return the ids of the answers that are read, a group of parts at a time."""
    (file,) = answers.of(PLACE)
    ends, width, found = answers.ends(file), PARTS // groups, []
    for first in range(0, PARTS, width):
        index = answers.index(file, ends, first, first + width)
        for span in index.spans(together([hashes_of(wanted)])):
            lines = answers.lines(file, span.start, span.end)
            found += [json.loads(lines[number])[0] for number in span.lines]
    return found


@given(
    there=ids, wanted=ids, groups=st.sampled_from([1, 4, 256]), gap=st.sampled_from([0, 1 << 20])
)
def test_just_the_wanted_answers_are_read_each_once(
    there: list[str], wanted: list[str], groups: int, gap: int
) -> None:
    answers, before = kept(there), indexes._GAP
    indexes._GAP = gap
    try:
        assert sorted(read(answers, wanted, groups)) == sorted({*there} & {*wanted})
    finally:
        indexes._GAP = before


@given(ids, ids)
def test_a_search_says_where_each_id_was_met_first(one: list[str], other: list[str]) -> None:
    search = Search(together([hashes_of(one), hashes_of(other)]))
    assert search.missing == len({*one, *other})
    search.look(together([hashes_of(one)]), 0)
    search.look(together([hashes_of([*other, *one, "neither"])]), 1)
    assert search.missing == 0
    assert search.places(hashes_of(one)) == [0] * len(one)
    assert search.places(hashes_of(other)) == [0 if each in one else 1 for each in other]
    assert search.places(hashes_of(["none of them, for it is too long"])) == [-1]


def test_few_ids_of_many_cost_few_bytes() -> None:
    answers = kept([f"id-{number}" for number in range(40_000)])
    (file,) = answers.of(PLACE)
    index = answers.whole(file)
    before, indexes._GAP = indexes._GAP, 0
    try:
        spans = list(index.spans(hashes_of(["id-7"])))
    finally:
        indexes._GAP = before
    (span,) = spans
    assert 0 < span.end - span.start < answer_bytes(index.ends) / 100


def test_groups_hold_the_ids_of_equal_parts() -> None:
    numbers = part_numbers((f"id-{number}" for number in range(4000)), 4)
    assert {number: 900 < numbers.count(number) < 1100 for number in range(4)} == dict.fromkeys(
        range(4), True
    )


def test_files_are_listed_from_an_hour_on_and_nothing_else_is_one() -> None:
    answers = kept(["a"])
    bucket = answers.files
    assert isinstance(bucket, FakeMonitoring)
    put_answers("churn", Place("2026/03/02/07", "old"), "two", (["b"], [b"[]\n"]), bucket)
    bucket.place("drift/churn/ids/2026/03/02/09/stray", b"")
    assert [each.place.hour[-2:] for each in answers.since("2026/03/02/07")] == ["07", "08"]
    assert [each.name for each in answers.since("2026/03/02/08")] == ["one"]
    assert [type(each) for each in bucket.list_from("drift/churn/ids/")] == [FoundFile] * 3
