from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from slipway.domain.smoke import SmokeRequest, SmokeTestInvalid, difference, parse_smoke
from slipway.errors import SmokeTestFailed, SmokeTestGone
from slipway.usecases.golden_requests import NO_SMOKE, pin_smoke, smoke_key
from slipway.usecases.smoke_test import smoke_test
from tests.fakes.ledger import FakeLedger
from tests.fakes.make import drop, planned, ref
from tests.fakes.world import FakeInvoker, FakeStore

if TYPE_CHECKING:
    from slipway.domain.release import Drop

KEY = "models/churn/1/smoke.jsonl"
ANY = '{"content_type": "text/csv", "body": "1"}'


class World:
    def __init__(self) -> None:
        self.ledger = FakeLedger()
        self.store = FakeStore()
        self.invoker = FakeInvoker()
        self.ledger.open_release(planned(drop()))

    def pin(self, text: str, what: Drop | None = None) -> None:
        """Let the requests lie there at the inspection."""
        release = self.ledger.read_release("churn", (what or drop()).release)
        self.store.write_text(smoke_key(release), text)
        facts = {"inspection": {**release.inspection, "smoke": pin_smoke(release, self.store)}}
        self.ledger.note_release("churn", release.release, facts)

    def run(self, *lines: dict[str, object]) -> dict[str, object]:
        if lines:
            self.pin("\n".join(json.dumps(line) for line in lines))
        return smoke_test(ref(drop()), ledger=self.ledger, store=self.store, invoker=self.invoker)


@pytest.fixture
def world() -> World:
    return World()


def test_a_version_without_golden_requests_is_recorded_as_untested(world: World) -> None:
    assert world.run() == {"requests": 0, "tested": False}
    evidence = world.ledger.read_release("churn", drop().release).evidence
    assert evidence["smoke"]["tested"] is False


def test_golden_requests_go_to_the_new_variant_and_are_marked_as_synthetic(world: World) -> None:
    world.invoker.answers = {b"1,2": b"0.25\n"}
    line = {"content_type": "text/csv", "body": "1,2", "accept": "text/csv", "expect": "0.25"}
    assert world.run(line) == {"requests": 1, "tested": True}
    (asked,) = world.invoker.asked
    assert asked["variant"].startswith("1-")
    assert asked["inference_id"].startswith("slipway-")
    assert (asked["accept"], asked["content_type"]) == ("text/csv", "text/csv")


def test_the_ids_of_requests_fit_however_long_the_version_is(world: World) -> None:
    long = drop("v" * 40)
    world.ledger.open_release(planned(long))
    world.invoker.answers = {b"1,2": b"0.25\n"}
    line = json.dumps({"content_type": "text/csv", "body": "1,2"})
    world.pin(f"{line}\n" * 200, long)
    smoke_test(ref(long), ledger=world.ledger, store=world.store, invoker=world.invoker)
    ids = {asked["inference_id"] for asked in world.invoker.asked}
    assert len(ids) == 200
    assert max(map(len, ids)) <= 64


def test_requests_that_come_after_the_inspection_are_not_asked(world: World) -> None:
    world.invoker.answers = {b"1": b"0.25"}
    world.pin(ANY)
    world.store.write_text(KEY, '{"content_type"')
    assert world.run() == {"requests": 1, "tested": True}


def test_requests_that_were_deleted_since_are_told(world: World) -> None:
    world.pin(ANY)
    world.store.texts.clear()
    with pytest.raises(SmokeTestGone, match=f"{KEY} in version v1"):
        world.run()


def test_a_kept_release_whose_requests_are_forgotten_is_released_again_untested(
    world: World,
) -> None:
    again = replace(drop(), origin="1-before")
    world.ledger.releases.clear()
    world.ledger.open_release(planned(again))
    world.pin(ANY, again)
    world.store.texts.clear()
    assert world.run() == {"requests": 0, "tested": False}


def test_what_has_no_requests_is_bound_to_none(world: World) -> None:
    release = world.ledger.read_release("churn", drop().release)
    assert pin_smoke(release, world.store) == {"version_id": NO_SMOKE, "requests": 0}


def test_another_answer_than_expected_fails_naming_the_line(world: World) -> None:
    world.invoker.answers = {b"1": b"0.25", b"2": b"0.75"}
    good = {"content_type": "text/csv", "body": "1", "expect": "0.25"}
    bad = {"content_type": "text/csv", "body": "2", "expect": "0.5"}
    with pytest.raises(SmokeTestFailed, match=r"Line 2 .* expected 0\.5, got 0\.75"):
        world.run(good, bad)


def test_an_error_of_the_model_fails(world: World) -> None:
    with pytest.raises(SmokeTestFailed):
        world.run({"content_type": "text/csv", "body": "1"})
    smoke = world.ledger.read_release("churn", drop().release).evidence["smoke"]
    assert smoke["answer"] == "the model answers with an error"


@pytest.mark.parametrize(
    ("expect", "answer", "tolerance"),
    [
        (None, b"anything", 0),
        ("a,b", b"a,b\n", 0),
        ([0.1, 0.2], b"[0.1000001, 0.2]", 1e-3),
        ("0.1,0.2\n0.3,0.4", b"0.1,0.2\n0.3,0.4", 0),
        ({"score": 1}, b'{"score": 1.0}', 0),
        (1, b"1", 0),
        ("[1]", b"[1.0]", 0),
        (True, b"true", 0),
    ],
)
def test_answers_are_compared_by_value(expect: object, answer: bytes, tolerance: float) -> None:
    request = SmokeRequest("text/csv", b"", expect=expect, tolerance=tolerance)
    assert difference(request, answer) == ""


@pytest.mark.parametrize(
    ("expect", "answer"),
    [
        ([0.1], b"[0.2]"),
        ([0.1], b"[0.1, 0.1]"),
        ({"score": 1}, b'{"score": 1, "more": 2}'),
        ({"score": 1}, b"[1]"),
        ("yes", b"no"),
        (True, b"1"),
        ("1", b"NaN"),
    ],
)
def test_other_values_differ(expect: object, answer: bytes) -> None:
    assert difference(SmokeRequest("text/csv", b"", expect=expect, tolerance=0.01), answer)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "Line 1 of smoke.jsonl is no JSON"),
        ("[]", "is no object"),
        ('{"body": "1"}', 'needs "content_type"'),
        ('{"content_type": "text/csv"}', 'needs "content_type" \\(text\\) and "body"'),
        ('{"content_type": "text/csv", "body": "1", "expects": 1}', "unknown keys: expects"),
        ('{"content_type": "text/csv", "body": "1", "tolerance": -1}', "tolerance"),
        ('{"content_type": "text/csv", "body": "1", "accept": 1}', '"accept" that is no text'),
        ('{"content_type": "text/csv", "body": "\\ud800"}', "half a character"),
        ("[" * 100_000, "is no JSON"),
        ('{"content_type": "text/csv", "body": "1", "tolerance": true}', "tolerance"),
    ],
)
def test_a_wrong_line_is_named_with_its_mistake(line: str, words: str) -> None:
    with pytest.raises(SmokeTestInvalid, match=words):
        parse_smoke(line)


def test_a_json_body_may_be_written_as_json() -> None:
    (request,) = parse_smoke('\n{"content_type": "application/json", "body": {"x": [1]}}\n')
    assert json.loads(request.body) == {"x": [1]}


def test_too_many_golden_requests_are_refused() -> None:
    with pytest.raises(SmokeTestInvalid, match="201 requests"):
        parse_smoke('{"content_type": "text/csv", "body": "1"}\n' * 201)


def test_a_file_that_is_no_utf_8_names_the_line() -> None:
    with pytest.raises(SmokeTestInvalid, match="Line 2 of smoke.jsonl is no UTF-8"):
        parse_smoke(b'{"content_type": "text/csv", "body": "1"}\n\xff\xfe\n')


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85", "\x7f"])
def test_a_line_ends_with_a_line_feed_only(separator: str) -> None:
    line = json.dumps({"content_type": "text/csv", "body": f"a{separator}b"}, ensure_ascii=False)
    requests = parse_smoke(f"{line}\r\n{line}\n".encode())
    assert [request.body.decode() for request in requests] == [f"a{separator}b"] * 2
