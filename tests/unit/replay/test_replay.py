"""What users asked before is asked again, and the answers are judged before a user gets one."""

from __future__ import annotations

import base64
import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipway.domain.judge import Judgement, Verdict, worst
from slipway.domain.replay import (
    Agreement,
    CapturedRequest,
    Form,
    Replayed,
    SmokeResult,
    Tolerances,
    choose,
    compare,
    judge_before_users,
    parse_captures,
)

REAL = Path(__file__).parents[4] / "shared" / "data" / "captures"
JSON, CSV = "application/json", "text/csv; charset=utf-8"


def line(number: int = 1, *, inference: str = "", encoding: str = "CSV", **other: Any) -> str:
    sides = {
        "endpointInput": {
            "observedContentType": "text/csv",
            "mode": "INPUT",
            "data": f"{number},2",
            "encoding": encoding,
        },
        "endpointOutput": {
            "observedContentType": CSV,
            "mode": "OUTPUT",
            "data": "0.5\n",
            "encoding": "CSV",
        },
    }
    event = {"eventId": f"event-{number}", "inferenceTime": f"2026-03-02T09:{number:02}:00Z"}
    if inference:
        event["inferenceId"] = inference
    record = {"captureData": sides, "eventMetadata": event, "eventVersion": "0"}
    return json.dumps(record | other)


def captured(answer: Any, kind: str = JSON, body: str = "1,2", number: int = 1) -> CapturedRequest:
    text = answer if isinstance(answer, str) else json.dumps(answer)
    event, at = f"event-{number}", f"2026-03-02T09:{number % 60:02}:00Z"
    return CapturedRequest(event, at, body.encode(), "text/csv", text.encode(), kind)


def test_a_captured_line_gives_the_request_as_it_was_sent() -> None:
    (found,) = parse_captures([line()])
    assert (found.body, found.content_type) == (b"1,2", "text/csv")
    assert (found.answer, found.accept) == (b"0.5\n", "text/csv")


def test_base64_is_decoded() -> None:
    record = json.loads(line())
    data = base64.b64encode(b"\x89NPY\x01").decode()
    record["captureData"]["endpointInput"] |= {"encoding": "BASE64", "data": data}
    assert parse_captures([json.dumps(record)])[0].body == b"\x89NPY\x01"


def test_what_slipway_asked_itself_is_not_asked_again() -> None:
    lines = [line(1, inference="slipway-smoke-1"), line(2, inference="order-7"), line(3)]
    assert [found.event_id for found in parse_captures(lines)] == ["event-2", "event-3"]


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "[]",
        "3",
        line()[:100],
        line(captureData={"endpointInput": {}}),
        line(captureData=None),
        line(encoding="BASE64"),
    ],
)
def test_a_line_that_cannot_be_replayed_is_left_out(broken: str) -> None:
    assert parse_captures([broken, line(7)]) == parse_captures([line(7)])


def test_the_newest_requests_are_chosen_each_once() -> None:
    found = parse_captures([line(3), line(1), line(2), line(3)])
    assert [each.event_id for each in choose(found, 2)] == ["event-2", "event-3"]
    assert choose(found, 0) == []


def agreement(
    recorded: Any, answer: Any, kind: str = JSON, others: tuple[Any, ...] = ()
) -> Agreement:
    request = captured(recorded, kind)
    form = Form.learn([request, *(captured(other, kind) for other in others)])
    text = answer if isinstance(answer, str) else json.dumps(answer)
    return compare(request, text.encode(), kind, form)


@pytest.mark.parametrize(
    ("recorded", "answer", "expected"),
    [
        ({"score": 0.5}, {"score": 0.500001}, Agreement.SAME),
        ({"score": 0.5}, {"score": 0.7}, Agreement.OTHER_VALUES),
        ({"score": 0.5}, {"score": 0.5, "model": "2"}, Agreement.OTHER_VALUES),
        ({"score": 1e9}, {"score": 1e9 + 1}, Agreement.SAME),
        ({"label": "cat"}, {"label": "dog"}, Agreement.OTHER_VALUES),
        ({"score": 0.5}, {"scores": 0.5}, Agreement.OTHER_FORM),
        ({"score": 0.5}, {"score": "0.5"}, Agreement.OTHER_FORM),
        ({"ok": True}, {"ok": 1}, Agreement.OTHER_FORM),
        ({"score": 0.5}, {"score": None}, Agreement.OTHER_FORM),
        ([0.1, 0.9], [0.1, 0.8, 0.1], Agreement.OTHER_FORM),
        ([0.1, 0.9], [[0.1, 0.9]], Agreement.OTHER_FORM),
        ({"score": 0.5}, '{"score": NaN}', Agreement.UNUSABLE),
        ({"score": 0.5}, "", Agreement.UNUSABLE),
        ({"score": 0.5}, "Traceback", Agreement.UNUSABLE),
        ({"score": 0.5}, "[" * 5000, Agreement.UNUSABLE),
        ({"score": 0.5}, "[" * 500 + "]" * 500, Agreement.UNUSABLE),
    ],
)
def test_json_is_compared_by_form_and_by_value(
    recorded: Any, answer: Any, expected: Agreement
) -> None:
    assert agreement(recorded, answer) is expected


@pytest.mark.parametrize(
    ("recorded", "answer", "expected"),
    [
        ("0.5\n", "0.5000001", Agreement.SAME),
        ("0.5,yes", "0.5,no", Agreement.OTHER_VALUES),
        ("0.5\n0.6\n", "0.5\n", Agreement.OTHER_FORM),
        ("0.5", "0.5,0.5", Agreement.OTHER_FORM),
        ("0.5", "yes", Agreement.OTHER_FORM),
        ("0.5", "nan", Agreement.UNUSABLE),
        ("nan", "nan", Agreement.SAME),
    ],
)
def test_csv_is_compared_by_form_and_by_value(
    recorded: str, answer: str, expected: Agreement
) -> None:
    assert agreement(recorded, answer, CSV) is expected


def test_text_and_bytes_are_compared_as_they_are() -> None:
    assert agreement("Hello", "Hello ", "text/plain") is Agreement.SAME
    assert agreement("Hello", "World", "text/plain") is Agreement.OTHER_VALUES
    request = CapturedRequest("1", "t", b"\x00", "application/x-npy", b"\xff\x01", "x/y")
    assert compare(request, b"\xff\x02", "x/y", Form.learn([request])) is Agreement.OTHER_VALUES


def test_another_media_type_is_another_form() -> None:
    request = captured("0.5", CSV)
    assert compare(request, b"0.5", JSON, Form.learn([request])) is Agreement.OTHER_FORM
    assert compare(request, b"0.5", "text/csv", Form.learn([request])) is Agreement.SAME


def test_json_lines_are_compared_line_by_line() -> None:
    kind = "application/jsonlines"
    assert agreement('{"a":1}\n{"a":2}\n', '{"a":1}\n{"a":2}', kind) is Agreement.SAME
    assert agreement('{"a":1}\n{"a":2}\n', '{"a":1}', kind) is Agreement.OTHER_FORM
    # What else Unicode takes for the end of a line may stand in JSON.
    assert agreement('{"a":"x\u2028y"}\n', '{"a":"x\u2028y"}', kind) is Agreement.SAME


def test_a_list_that_was_of_any_length_before_may_be_so_again() -> None:
    boxes = [{"boxes": [[1, 2]]}, {"boxes": []}, {"boxes": [[1, 2], [3, 4]]}]
    assert agreement(boxes[0], {"boxes": [[1, 2]] * 5}, others=tuple(boxes)) is not (
        Agreement.OTHER_FORM
    )
    assert agreement(boxes[0], {"boxes": [[1, 2, 3]]}, others=tuple(boxes)) is Agreement.OTHER_FORM


def test_a_key_that_was_sometimes_missing_may_be_missing() -> None:
    seen = {"score": 0.5, "note": "x"}, {"score": 0.4}
    assert agreement(seen[0], {"score": 0.3}, others=seen) is Agreement.OTHER_VALUES


def test_lengths_follow_the_request_where_they_always_did() -> None:
    rows = [captured([0.5] * n, JSON, "\n".join(["1,2"] * n), n) for n in range(1, 6)]
    assert compare(rows[2], b"[0.1, 0.2]", JSON, Form.learn(rows)) is Agreement.OTHER_FORM
    assert compare(rows[2], b"[0.1, 0.2, 0.3]", JSON, Form.learn(rows)) is Agreement.OTHER_VALUES


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=20,
    )
)
def test_every_answer_agrees_with_itself(answer: Any) -> None:
    assert agreement({"it": answer}, {"it": answer}) is Agreement.SAME


@given(st.binary(), st.binary(), st.sampled_from([JSON, CSV, "text/plain", "", "x/jsonlines"]))
def test_no_answer_is_too_strange_to_compare(recorded: bytes, answer: bytes, kind: str) -> None:
    request = CapturedRequest("1", "t", b"1", "text/csv", recorded, kind)
    assert compare(request, answer, kind, Form.learn([request])) in Agreement


def recordings(count: int = 200) -> list[CapturedRequest]:
    source = random.Random(5)
    return [
        captured({"score": source.random(), "label": number % 2}, number=number)
        for number in range(count)
    ]


def replayed(answer: Any, count: int = 200, **other: Any) -> list[Replayed]:
    return [Replayed(each, answer(each), JSON, **other) for each in recordings(count)]


def judged(results: list[Replayed], **tolerances: Any) -> Judgement:
    smoke = [SmokeResult(1)]
    return worst(judge_before_users(smoke, results, Tolerances(**tolerances)))


def other_model(request: CapturedRequest) -> bytes:
    score = json.loads(request.answer)["score"]
    return json.dumps({"score": (score + 0.1) % 1, "label": 1}).encode()


TIMED: dict[str, Any] = {"ms": 12.0, "baseline_ms": 10.0}


def test_another_models_values_are_expected_to_differ() -> None:
    judgement = judged(replayed(other_model, **TIMED))
    assert judgement.verdict is Verdict.PASS


def test_the_spec_may_limit_how_many_values_differ() -> None:
    judgement = judged(replayed(other_model, **TIMED), answers=0.5)
    assert (judgement.metric, judgement.verdict) == ("replay-answers", Verdict.FAIL)
    assert "200 of 200 answers differ" in judgement.reason


def test_answers_of_another_form_are_refused() -> None:
    judgement = judged(replayed(lambda _: b'{"score": [0.1, 0.9]}', **TIMED))
    assert judgement.verdict is Verdict.FAIL
    assert "another form" in judgement.reason


def test_answers_far_from_everything_recorded_are_refused() -> None:
    judgement = judged(replayed(lambda _: b'{"score": 812.5, "label": 1}', **TIMED))
    assert judgement.verdict is Verdict.FAIL
    assert "far from everything" in judgement.reason


def test_a_range_is_not_guessed_from_a_few_answers() -> None:
    few = replayed(lambda _: b'{"score": 812.5, "label": 1}', count=15, **TIMED)
    assert judged(few).verdict is Verdict.PASS


def with_errors(errors: int, count: int) -> list[Replayed]:
    results = replayed(other_model, count, **TIMED)
    broken = [Replayed(each.request, error="HTTP 500: boom") for each in results[:errors]]
    return [*broken, *results[errors:]]


def test_the_reason_and_the_evidence_say_how_requests_failed() -> None:
    kinds = ["answered with an error (HTTP 500)"] * 150 + ["answered with an error (HTTP 400)"] * 50
    failed = [Replayed(each, error=kind) for each, kind in zip(recordings(), kinds, strict=True)]
    judgement = judged(failed)
    assert judgement.reason == f"200 of 200 replayed requests failed: {kinds[0]}"
    assert judgement.evidence["kinds"] == [f"150 {kinds[0]}", f"50 {kinds[-1]}"]


@pytest.mark.parametrize(
    ("errors", "count", "verdict"),
    [
        (200, 200, Verdict.FAIL),
        (10, 200, Verdict.FAIL),
        (5, 200, Verdict.FAIL),
        (2, 200, Verdict.PASS),
        (0, 200, Verdict.PASS),
        (3, 3, Verdict.FAIL),
    ],
)
def test_errors_beyond_chance_are_refused(errors: int, count: int, verdict: Verdict) -> None:
    judgements = judge_before_users([], with_errors(errors, count))
    (judgement,) = [each for each in judgements if each.metric == "replay-errors"]
    assert judgement.verdict is verdict
    assert f"{errors} of {count} replayed requests failed" in judgement.reason


def test_unusable_answers_count_as_errors() -> None:
    judgement = judged(replayed(lambda _: b"", **TIMED))
    assert (judgement.metric, judgement.verdict) == ("replay-errors", Verdict.FAIL)


@pytest.mark.parametrize(
    ("ours", "theirs", "verdict"),
    [
        (30.0, 10.0, Verdict.FAIL),
        (15.0, 10.0, Verdict.PASS),
        (3.0, 1.0, Verdict.PASS),  # Three times, but two milliseconds.
    ],
)
def test_three_times_slower_is_refused(ours: float, theirs: float, verdict: Verdict) -> None:
    judgement = judged(replayed(other_model, ms=ours, baseline_ms=theirs))
    assert judgement.verdict is verdict


def test_nothing_to_test_with_neither_passes_nor_refuses() -> None:
    judgements = judge_before_users([], [])
    assert {each.verdict for each in judgements} == {Verdict.INCONCLUSIVE}
    assert "no smoke.jsonl" in judgements[0].reason


def test_a_golden_request_that_fails_refuses() -> None:
    results = [SmokeResult(1), SmokeResult(2, "expected 1, got 2")]
    judgement = worst(judge_before_users(results, []))
    assert judgement.verdict is Verdict.FAIL
    assert "1 of 2 golden requests failed; line 2 of smoke.jsonl: expected 1" in judgement.reason


def recorded(number: int, asked: tuple[str, str, str], answered: tuple[str, str, str]) -> str:
    """Return a record as SageMaker writes it, of media type, encoding and data of both sides."""

    def side(mode: str, given: tuple[str, str, str]) -> dict[str, str]:
        kind, encoding, data = given
        return {"observedContentType": kind, "mode": mode, "data": data, "encoding": encoding}

    sides = {"endpointInput": side("INPUT", asked), "endpointOutput": side("OUTPUT", answered)}
    event = {"eventId": f"e-{number}", "inferenceTime": f"2026-02-03T04:{number:02}:05Z"}
    truth = {"data": str(number % 2), "encoding": "CSV"}
    return json.dumps(
        {
            "eventVersion": "0",
            "groundTruthData": truth,
            "captureData": sides,
            "eventMetadata": event,
        }
    )


# The kinds that real capture files have: of one media type, merged with ground truth, and mixed.
KINDS = {
    "csv": (("text/csv", "CSV", "7,0.5,,a"), (CSV, "CSV", "0.{}\n")),
    "json": (
        (JSON, "JSON", '{"instances": [{"features": [7, 0.5]}]}'),
        (JSON, "JSON", '{{"predictions": [{{"score": 0.{}, "predicted_label": 1}}]}}'),
    ),
    "json lines": (
        ("application/jsonlines", "JSON", '{"features":[7,0.5]}'),
        ("application/jsonlines", "JSON", '{{"predicted_label":1,"score":0.{}}}\n'),
    ),
    "mixed": (
        ("text/csv", "CSV", "7,0.5"),
        (JSON, "JSON", '{{"predictions": [{{"score": 0.{}, "predicted_label": 0}}]}}'),
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_captures_of_every_kind_are_read_and_agree_with_themselves(kind: str) -> None:
    asked, (media, encoding, answer) = KINDS[kind]
    lines = [recorded(n, asked, (media, encoding, answer.format(n))) for n in range(1, 21)]
    found = parse_captures(lines)
    assert [each.answer.decode() for each in found] == [answer.format(n) for n in range(1, 21)]
    form = Form.learn(found)
    for each in found:
        assert compare(each, each.answer, each.answer_type, form) is Agreement.SAME
        assert compare(each, b"<html>", each.answer_type, form) is not Agreement.SAME


@pytest.mark.skipif(not REAL.exists(), reason="real capture records are not on this machine")
@pytest.mark.parametrize("path", sorted(REAL.glob("*.jsonl")), ids=lambda path: path.stem)
def test_real_captures_are_read_and_agree_with_themselves(path: Path) -> None:
    found = parse_captures(path.read_text().splitlines())
    form = Form.learn(found)
    assert found
    for each in found:
        assert compare(each, each.answer, each.answer_type, form) is Agreement.SAME
