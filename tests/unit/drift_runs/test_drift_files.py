"""Which files a run reads: new, late, grown, copied, young and empty ones."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipway.domain.drift import files
from slipway.domain.drift.files import (
    BATCH_BYTES,
    BATCH_FILES,
    SETTLED,
    CountedFile,
    FoundFile,
    Part,
    batches,
    first_key,
    is_capture,
    sift,
)

MOMENT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FOLDER = "capture/churn/1-abc/"
OLD = MOMENT - timedelta(hours=1)


def found(name: str, size: int = 10, etag: str = "e", modified: datetime = OLD) -> FoundFile:
    return FoundFile(f"{FOLDER}2026/03/02/08/{name}", size, etag, modified)


def counted(name: str, size: int = 10, etag: str = "e") -> CountedFile:
    return CountedFile(f"{FOLDER}2026/03/02/08/{name}", size, etag)


def sifted(there: list[FoundFile], known: list[CountedFile]) -> list[tuple[str, int, int | None]]:
    """Return fate, counted bytes and from where on is read."""
    return [
        (s.fate, s.counted.size if s.counted else 0, s.part.start if s.part else None)
        for s in sift(there, known, MOMENT)
    ]


def test_what_nobody_counted_is_read_whole_however_old_it_is() -> None:
    there = [found("a"), found("b"), found("c", modified=OLD - timedelta(days=9))]
    assert sifted(there, [counted("b")]) == [("new", 10, 0), ("known", 10, None), ("new", 10, 0)]


def test_what_may_still_be_written_is_left_to_the_next_run() -> None:
    young = MOMENT - SETTLED + timedelta(seconds=1)
    there = [found("a", modified=young), found("b", 20, "f", modified=young)]
    assert sifted(there, [counted("b")]) == [("young", 0, None), ("young", 10, None)]


def test_of_a_file_that_grew_only_the_rest_is_read() -> None:
    assert sifted([found("a", 25, "f")], [counted("a", 10)]) == [("grown", 25, 10)]


def test_a_record_without_its_end_is_no_growth_until_somebody_writes_it() -> None:
    assert sifted([found("a", 25, "e")], [counted("a", 10, "e")]) == [("known", 10, None)]


@pytest.mark.parametrize("size", [4, 10])
def test_other_bytes_in_the_place_of_counted_ones_are_not_counted_again(size: int) -> None:
    assert sifted([found("a", size, "f")], [counted("a")]) == [("rewritten", 10, None)]


def test_an_empty_file_is_remembered_and_read_once_it_has_content() -> None:
    assert sifted([found("a", 0)], []) == [("empty", 0, None)]
    assert sifted([found("a", 9, "f")], [counted("a", 0)]) == [("grown", 9, 0)]


def test_what_is_gone_is_forgotten() -> None:
    assert sifted([found("b")], [counted("a"), counted("b"), counted("c")]) == [("known", 10, None)]


def test_only_what_lies_in_the_folder_of_an_hour_is_a_capture() -> None:
    assert is_capture(f"{FOLDER}2026/03/02/08/x.jsonl", FOLDER)
    for key in (f"{FOLDER}x.jsonl", f"{FOLDER}2026/03/02/08/", "capture/other/2026/03/02/08/x"):
        assert not is_capture(key, FOLDER)


def test_files_are_looked_for_from_two_days_ago_on() -> None:
    assert first_key(FOLDER, MOMENT) == f"{FOLDER}2026/02/28/09/"


names = st.lists(st.sampled_from("abcdefgh"), unique=True).map(sorted)


@given(there=names, known=names)
def test_each_file_is_counted_once_and_none_is_lost(there: list[str], known: list[str]) -> None:
    result = list(sift([found(n) for n in there], [counted(n) for n in known], MOMENT))
    read = {s.part.key for s in result if s.part}
    assert read == {found(n).key for n in set(there) - set(known)}
    again = sift([found(n) for n in there], [s.counted for s in result if s.counted], MOMENT)
    assert not any(s.part for s in again)


def test_a_line_of_the_index_holds_all_of_a_counted_file() -> None:
    file = CountedFile("k\u00fc", 3, "etag", "id")
    assert CountedFile.from_line(file.as_line()) == file
    part = Part("key", 5, 9)
    assert Part.from_dict(part.as_dict()) == part


@given(st.lists(st.integers(1, BATCH_BYTES * 2), max_size=300))
def test_batches_are_bounded_and_hold_every_file_once(sizes: list[int]) -> None:
    parts = [Part(f"{number:03}", 0, size) for number, size in enumerate(sizes)]
    made = list(batches(parts))
    assert sorted(p.key for batch in made for p in batch) == [p.key for p in parts]
    for batch in made:
        assert len(batch) <= 2 * BATCH_FILES
        assert sum(p.size for p in batch) <= 2 * BATCH_BYTES or len(batch) == 1


def test_what_a_batch_is_told_fits_however_long_its_keys_are() -> None:
    parts = [Part(f"{number:03}" + "\u00e4" * 500, 0, 7) for number in range(300)]
    made = list(batches(parts))
    assert sum(map(len, made)) == 300
    assert max(len(json.dumps([p.as_dict() for p in batch])) for batch in made) < 200 * 1024


def test_copies_come_into_one_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "BATCH_FILES", 3)
    parts = [
        Part(name, 0, size) for name, size in zip("abcdefg", (5, 7, 5, 9, 7, 5, 5), strict=True)
    ]
    assert [[p.key for p in batch] for batch in batches(parts)] == [
        ["a", "c", "f", "g"],
        ["b", "e", "d"],
    ]
