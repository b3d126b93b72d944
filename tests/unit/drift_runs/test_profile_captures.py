"""A batch is counted once: copies, gone files, half-written records, and what is done twice."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from slipway.domain.drift.files import Part
from slipway.domain.drift.following import BatchNote
from slipway.domain.drift.profiles import Profile
from slipway.domain.drift.reading import observe
from slipway.domain.drift.yardstick import Yardstick, YardstickUnreadable
from slipway.domain.naming.monitoring import bad_lines_key, profile_key
from slipway.errors import FileGone
from slipway.usecases.profile_captures import Batch, note_key, profile_captures
from tests.fakes.drift import FakeMonitoring
from tests.unit.drift_runs.captures import line, lines

HOUR = datetime(2026, 3, 2, 8, tzinfo=UTC)
KEY = "baselines/churn/1.json"
WHOLE = lines(["1,2", "3,4", "5,6"])


class Bench:
    """A bucket with what captures are measured by, and a worker."""

    def __init__(self) -> None:
        self.bucket = FakeMonitoring(HOUR)
        schema = observe([WHOLE]).schema()
        self.bucket.put(KEY, Yardstick(schema).to_bytes())

    def place(self, name: str, content: bytes) -> Part:
        self.bucket.place(name, content)
        return Part(name, 0, len(content))

    def count(self, *parts: Part, **more: str) -> dict[str, Any]:
        work = {"batch": 0, "files": [part.as_dict() for part in parts], **more}
        given = {"endpoint": "churn", "run": "run", "yardstick": KEY, "work": work}
        return profile_captures(Batch.parse(given), files=self.bucket, shelf=self.bucket)

    @property
    def profile(self) -> Profile:
        return Profile.from_bytes(self.bucket.objects[profile_key("churn", "run", 0)].content)

    @property
    def note(self) -> BatchNote:
        return BatchNote.from_bytes(self.bucket.objects[note_key("churn", "run", 0)].content)

    def fates(self) -> dict[str, str]:
        return {key: read.fate for key, read in self.note.files.items()}


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_files_of_every_kind_are_counted_together(bench: Bench) -> None:
    parts = [
        bench.place("a", WHOLE),
        bench.place("b", gzip.compress(lines(["7,8"], "b"))),
        bench.place("c", line("9,9", event="c")),
    ]
    assert bench.count(*parts) == {"rows": 5}
    assert (bench.profile.rows, bench.profile.records, bench.note.rows) == (5, 5, 5)


def test_a_batch_that_was_counted_is_not_read_again(bench: Bench) -> None:
    part = bench.place("a", WHOLE)
    bench.count(part)
    bench.bucket.reads.clear()
    assert bench.count(part) == {"rows": 3}
    assert bench.bucket.reads == []


def test_a_batch_without_its_note_is_counted_anew(bench: Bench) -> None:
    part = bench.place("a", WHOLE)
    bench.count(part)
    del bench.bucket.objects[note_key("churn", "run", 0)]
    bench.count(part)
    assert bench.profile.rows == 3


def test_copies_count_once_here_and_from_before(bench: Bench) -> None:
    first, copy = bench.place("a", WHOLE), bench.place("b", WHOLE)
    bench.count(first, copy)
    assert bench.fates() == {"a": "", "b": "copy"}
    assert bench.profile.rows == 3
    identity = bench.note.files["a"].identity
    del bench.bucket.objects[note_key("churn", "run", 0)]
    bench.bucket.put("twins", json.dumps({len(WHOLE): [identity]}).encode())
    bench.count(Part("b", 0, len(WHOLE)), twins="twins")
    assert bench.profile.rows == 0
    del bench.bucket.objects[note_key("churn", "run", 0)], bench.bucket.objects["twins"]
    with pytest.raises(FileGone, match="counted before"):
        bench.count(first, twins="twins")


def test_what_expired_since_it_was_listed_is_noted(bench: Bench) -> None:
    assert bench.count(Part("nowhere", 0, 9), bench.place("a", WHOLE)) == {"rows": 3}
    assert bench.fates() == {"nowhere": "gone", "a": ""}


def test_a_half_written_record_counts_once_it_is_whole(bench: Bench) -> None:
    half = WHOLE + line("7,8", event="late")[:60]
    bench.count(bench.place("a", half))
    assert (bench.profile.rows, bench.note.files["a"].until) == (3, len(WHOLE))
    assert bench.profile.troubles.counts == {"half_written": 1}
    whole = WHOLE + line("7,8", event="late") + b"\n"
    bench.bucket.place("a", whole)
    del bench.bucket.objects[note_key("churn", "run", 0)]
    bench.count(Part("a", len(WHOLE), len(whole)))
    assert (bench.profile.rows, bench.note.files["a"].until) == (1, len(whole))


def test_lines_that_nobody_can_read_are_kept_and_counted(bench: Bench) -> None:
    bench.count(bench.place("a", b"nonsense\n" + WHOLE + line("1,2,3") + b"\n"))
    assert bench.profile.rows == 3
    assert bench.profile.troubles.counts == {"malformed": 1, "wrong_width": 1}
    kept = bench.bucket.objects[bad_lines_key("churn", "run", 0)].content.splitlines()
    assert {"reason": "malformed", "line": "nonsense"} in [json.loads(each) for each in kept]


def test_slipways_own_calls_are_no_users(bench: Bench) -> None:
    own = line("1,2", inferenceId="slipway-replay-1-0")
    bench.count(bench.place("a", WHOLE + own + b"\n"))
    assert (bench.profile.rows, bench.profile.records) == (3, 3)


def test_without_a_yardstick_nothing_is_counted(bench: Bench) -> None:
    del bench.bucket.objects[KEY]
    with pytest.raises(FileGone, match="measured by"):
        bench.count(bench.place("a", WHOLE))


def test_a_yardstick_comes_back_as_it_was_and_a_later_one_is_refused() -> None:
    known = Yardstick(observe([WHOLE]).schema())
    assert Yardstick.from_bytes(known.to_bytes()) == known
    assert known.incomplete
    with pytest.raises(YardstickUnreadable, match="version 9"):
        Yardstick.from_bytes(b'{"version": 9}')
    with pytest.raises(YardstickUnreadable, match="no yardstick"):
        Yardstick.from_bytes(b"[]")
