"""Whole files: packed, cut off, damaged, large, and with Slipway's own calls."""

from __future__ import annotations

import gzip
import tracemalloc
from pathlib import Path

import pytest

from slipway.domain.drift.reading import blocks, captures, observe, read_captures
from slipway.domain.drift.troubles import KEPT_BYTES, KEPT_LINES, Trouble
from tests.unit.drift_reading.records import SCHEMA, as_json, file, read, record, rows

REAL = Path(__file__).parents[4] / "shared" / "data" / "captures"
GOOD = [record(f"{number},2.5,free") for number in range(50)]


@pytest.mark.parametrize("piece", [1, 7, 100, 1 << 20])
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_pieces_may_have_any_size(piece: int, pack: type[bytes]) -> None:
    found = read(pack(file(*GOOD)), piece=piece)
    assert [row[0] for row in rows(found)] == list(range(50))
    assert not found.troubles.counts


def test_packed_files_one_after_the_other_are_one() -> None:
    found = read(gzip.compress(file(*GOOD[:20])) + gzip.compress(file(*GOOD[20:])))
    assert found.rows == 50


def test_a_last_line_without_its_newline_counts() -> None:
    assert read(file(*GOOD).rstrip(b"\n")).rows == 50


def test_a_half_written_line_is_noted_and_the_rest_read() -> None:
    content = file(*GOOD)[:-40]
    found = read(content)
    assert found.rows == 49
    assert found.records == 50
    assert found.troubles.counts == {Trouble.HALF_WRITTEN: 1}
    assert found.troubles.samples[0].line == content.rpartition(b"\n")[2]


def test_a_half_written_packed_file_is_read_as_far_as_it_goes() -> None:
    many = [record(f"{number},{number**7 % 9973},free") for number in range(2000)]
    packed = gzip.compress(file(*many))
    found = read(packed[: len(packed) // 2])
    assert 0 < found.rows < 2000
    assert found.troubles.counts[Trouble.HALF_WRITTEN] >= 1


def test_damage_in_a_packed_file_is_noted() -> None:
    packed = bytearray(gzip.compress(file(*GOOD)))
    packed[len(packed) // 2] ^= 0xFF
    assert read(bytes(packed)).troubles.counts[Trouble.HALF_WRITTEN] >= 1


@pytest.mark.parametrize(
    "line", [b"what?", b"{}", b"[]", b'{"captureData": 3}', b"\xff\xfe", b"\x00", b"{" * 5000]
)
def test_malformed_lines_are_counted_and_kept(line: bytes) -> None:
    found = read(file(GOOD[0], line, GOOD[1]))
    assert found.rows == 2
    assert found.records == 3
    assert found.troubles.counts == {Trouble.MALFORMED: 1}
    assert found.troubles.samples[0].line == line[:KEPT_BYTES]


def test_of_many_bad_lines_few_are_kept() -> None:
    found = read(file(*(b"bad %d" % number for number in range(1000)), GOOD[0]))
    assert found.troubles.counts == {Trouble.MALFORMED: 1000}
    assert len(found.troubles.samples) == KEPT_LINES


@pytest.mark.parametrize("content", [b"", b"\n\n", gzip.compress(b"", mtime=0)])
def test_an_empty_file_is_an_empty_batch(content: bytes) -> None:
    found = read(content)
    assert (found.rows, found.records, found.first) == (0, 0, "")
    assert found.inputs.columns == ["age", "income", "plan"]


def test_slipways_own_calls_are_left_out_and_users_names_are_not() -> None:
    own = record("9,9,x", inferenceId="slipway-smoke-1")
    users = record("1,2,y", inferenceId="order-7", customAttributes=["a=b"])
    found = read(file(own, users, GOOD[0], own))
    assert sorted(found.inputs["plan"]) == ["free", "y"]
    assert found.records == 2
    assert found.troubles.counts == {Trouble.SYNTHETIC: 2}
    assert found.troubles.without_own_calls() == {}
    assert not found.troubles.samples


def test_the_first_and_last_moment_are_told() -> None:
    times = ["2026-03-02T08:00:03Z", "2026-03-02T08:00:01Z", "2026-03-02T08:00:02Z"]
    found = read(file(*(record("1,2,x", inferenceTime=time) for time in times)))
    assert (found.first, found.last) == (times[1], times[0])


def test_what_is_no_time_is_told_and_says_nothing_about_when() -> None:
    times = ["", "2026-03-02 08:00", "0", "2026-03-02T09:00:05.250+01:00", "2026-03-02T08:00:01Z"]
    found = read(file(*(record("1,2,x", inferenceTime=time) for time in times)))
    assert (found.first, found.last) == ("2026-03-02T08:00:01Z", "2026-03-02T08:00:05Z")
    assert (found.rows, found.troubles.counts) == (5, {Trouble.BAD_TIME: 2})


def test_a_record_without_metadata_or_answer_is_read() -> None:
    bare = b'{"captureData": {"endpointInput": {"data": "1,2,x", "encoding": "CSV"}}}'
    found = read(file(bare))
    assert rows(found) == [(1, 2, "x")]
    assert found.troubles.counts == {Trouble.NO_OUTPUT: 1}


def test_memory_does_not_grow_with_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(captures, "BATCH_BYTES", 1 << 19)
    block = file(*GOOD * 20)

    def peak(times: int) -> int:
        tracemalloc.start()
        every = read_captures((block for _ in range(times)), SCHEMA)
        assert sum(found.rows for found in every) == 1000 * times
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(4)  # What is imported and made once is not counted.
    assert peak(24) < 1.3 * peak(8)


def test_a_line_without_an_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "LONGEST_LINE", 1 << 20)
    found = read(file(GOOD[0]) + b"x" * (3 << 20) + b"\n" + file(GOOD[1]))
    assert found.rows == 2
    assert found.troubles.counts[Trouble.MALFORMED] >= 1


@pytest.mark.skipif(not REAL.is_dir(), reason="the folder of real records is not there")
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("endpoint-csv.first20.jsonl", (20, 20)),
        ("endpoint-json.jsonl", (13, 30)),
        ("endpoint-jsonlines.jsonl", (4, 6)),
        ("merged-endpoint-csv.jsonl", (10, 10)),
        ("mixed_encoding_issue2785.jsonl", (1, 1)),
    ],
)
def test_every_real_record_is_read(name: str, expected: tuple[int, int]) -> None:
    records = answers = asked = 0
    for line in (REAL / name).read_bytes().splitlines():
        found = read(line, observe([line]).schema())
        assert not found.troubles.counts
        records, asked = records + found.records, asked + found.rows
        answers += found.outputs.height
    assert (records, asked) == expected
    assert answers == asked


def test_a_look_at_the_first_records_tells_their_form() -> None:
    own = record("1,1,1,1,1,1", inferenceId="slipway-x")
    content = file(own, record("1,2.5,x\n2,3,y", "1"), record("3,,z"), record("bad"))
    schema = observe([gzip.compress(content)]).schema()
    assert [(each.name, each.kind.value) for each in schema.inputs] == [
        ("_c0", "Integral"),
        ("_c1", "Fractional"),
        ("_c2", "String"),
    ]
    assert [(each.name, each.kind.value) for each in schema.outputs] == [
        ("prediction", "Fractional")
    ]


def test_names_of_values_become_names_of_columns() -> None:
    answer = as_json({"predictions": [{"score": 0.5, "label": True}]})
    schema = observe([file(record(as_json({"age": 31, "plan": None}), answer))]).schema()
    assert [each.name for each in schema.inputs] == ["age", "plan"]
    assert [each.name for each in schema.outputs] == ["score", "label"]
    assert observe([b""]).schema().inputs == ()
