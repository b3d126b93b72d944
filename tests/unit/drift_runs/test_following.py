"""What is remembered of a file while its bytes pass by."""

from __future__ import annotations

import gzip

import pytest

from slipway.domain.drift.following import BatchNote, Follower, Read
from tests.unit.drift_runs.captures import lines

WHOLE = lines(["1,2", "3,4"])
PIECES = (1, 7, 100, 10_000)


def follow(content: bytes, piece: int) -> Follower:
    chunks = (content[at : at + piece] for at in range(0, len(content), piece))
    follower = Follower(chunks, len(content))
    assert b"".join(follower.pieces()) == content
    return follower


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize(
    ("tail", "left"),
    [(b"", 0), (b" \n", 0), (WHOLE.splitlines()[0], 0), (WHOLE[:40], 40), (b"nonsense", 8)],
)
def test_a_record_counts_with_its_end_and_not_before(piece: int, tail: bytes, left: int) -> None:
    content = WHOLE + tail
    assert follow(content, piece).whole == len(content) - left


def test_a_packed_file_counts_as_it_is() -> None:
    packed = gzip.compress(WHOLE)
    assert follow(packed[:-9], 50).whole == len(packed) - 9


def test_copies_are_known_by_their_first_record_and_others_are_not() -> None:
    one = follow(WHOLE, 1000).identity
    assert {follow(WHOLE, piece).identity for piece in PIECES} == {one}
    assert follow(lines(["1,2", "3,4"], prefix="f"), 1000).identity != one
    assert follow(WHOLE + b"\n", 1000).identity != one


def test_a_note_holds_everything_about_a_batch() -> None:
    note = BatchNote({"a": Read(5, "id"), "b": Read(9, "", "gone")}, rows=3, records=4)
    assert BatchNote.from_bytes(note.to_bytes()) == note
