"""Every parser of what comes from outside, and where it is proved that none fails in its own way.

One that is not fuzzed here names the tests that do it. Whoever adds a parser of outside input adds
it to one of the two lists, and says in `readers.py` what of the code it drives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from rehearsal.errors import WrongScenario
from scripts.update_prices import PriceListUnreadable, from_offer, parsed
from slipway.domain.alarm_change import AlarmChange
from slipway.domain.artifact.safetensors import Header
from slipway.domain.command import Command
from slipway.domain.ended import Ended
from slipway.domain.endpoint_change import changed_endpoint
from slipway.domain.error_page import answered
from slipway.domain.errors import EventUnreadable
from slipway.domain.journal import JournalEntry
from slipway.domain.naming import InvalidKey, classify_key, parse_model_key
from slipway.domain.release import words_of_failure
from slipway.domain.replay.captures import parse_captures
from slipway.domain.smoke import SmokeRequest, SmokeTestInvalid, difference, parse_smoke
from slipway.domain.spec import InvalidSpec, parse_spec
from slipway.usecases.claim_drop import Arrival
from slipway.usecases.reconciling import Asked
from slipway.usecases.request_wake import asked_for
from slipway.usecases.settings_key import read_settings_key
from tests.unit.fuzz.drift_parsers import DRIFT_PARSERS
from tests.unit.fuzz.inputs import ANY_BYTES, ANY_TEXT, TEXTS, TREES, damaged, event, lines, spoilt
from tests.unit.fuzz.kinds import Parser, ProvedElsewhere
from tests.unit.fuzz.samples import (
    CAPTURE,
    OFFER,
    SETTINGS,
    SMOKE,
    TENSORS,
    TRACE,
    URL_REQUEST,
    read_trace_of,
)
from tests.unit.fuzz.tool_parsers import TOOL_PARSERS

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy


KEYS = TEXTS | st.tuples(TEXTS | st.just("churn"), TEXTS | st.just("1")).map(
    lambda parts: f"models/{parts[0]}/{parts[1]}/model.tar.gz"
)


def _events(*samples: str) -> SearchStrategy[Any]:
    # Lambda and Step Functions hand over objects, whatever is in them.
    return st.one_of(*(spoilt(event(name)) for name in samples)).filter(_is_object)


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def _of_execution(*samples: str) -> SearchStrategy[Any]:
    shape = {"execution": "arn", "input": {}, "hold": False, "looks": 0}
    return _events(*samples).map(lambda given: {**shape, "input": given})


def _header_describes(content: bytes) -> bool:
    header = Header()
    header.feed(len(content).to_bytes(8, "little") + content)
    return header.describes(8 + len(content) + 16)


def _ended_with(given: str) -> dict[str, Any]:
    ended = event("states-execution-aborted")
    return {**ended, "detail": {**ended["detail"], "input": given}}


PARSERS = [
    Parser(
        "parse_spec",
        "endpoint.yaml, of whoever may drop settings",
        parse_spec,
        ANY_BYTES | damaged(SETTINGS),
        (InvalidSpec,),
    ),
    Parser("classify_key", "keys of objects", classify_key, KEYS, (InvalidKey,)),
    Parser("parse_model_key", "keys of objects", parse_model_key, KEYS, (InvalidKey,)),
    Parser(
        "Header",
        "headers of safetensors, in models of whoever may drop them",
        _header_describes,
        ANY_BYTES | spoilt(TENSORS).map(lines) | damaged(lines(TENSORS)),
    ),
    Parser(
        "parse_smoke",
        "smoke.jsonl, of whoever may drop models",
        parse_smoke,
        ANY_BYTES | damaged(SMOKE) | spoilt({"content_type": "a", "body": [1]}).map(lines),
        (SmokeTestInvalid,),
    ),
    Parser(
        "difference",
        "answers of models to golden requests",
        lambda given: difference(SmokeRequest("text/csv", b"1", expect=given[0]), given[1]),
        st.tuples(TREES, ANY_BYTES),
    ),
    Parser("answered", "error answers of models", lambda body: answered(500, body), TEXTS),
    Parser(
        "parse_captures",
        "captured requests of users, for replays",
        lambda content: parse_captures(content.decode("utf-8", "replace").split("\n")),
        ANY_BYTES | damaged(lines(CAPTURE)) | spoilt(CAPTURE).map(lines),
    ),
    Parser(
        "Arrival",
        "S3's events of models, and what a person starts the workflow with",
        Arrival.parse,
        _events("s3-object-created-model", "s3-object-created-too-deep"),
        (EventUnreadable,),
    ),
    Parser(
        "read_settings_key",
        "S3's events of settings",
        read_settings_key,
        _events("s3-object-created-spec", "s3-object-created-misplaced-spec"),
        (EventUnreadable,),
    ),
    Parser(
        "Asked",
        "what the reconcile workflow is started with",
        Asked.parse,
        _of_execution("s3-object-created-spec")
        | spoilt({"execution": "a", "input": {"endpoint": "churn", "check": True}}).filter(
            _is_object
        ),
        (EventUnreadable,),
    ),
    Parser(
        "AlarmChange",
        "CloudWatch's events of alarms",
        AlarmChange.parse,
        _events("cloudwatch-alarm-rings", "cloudwatch-alarm-of-somebody-else"),
        (EventUnreadable,),
    ),
    Parser(
        "Ended",
        "Step Functions' events of executions",
        Ended.parse,
        _events("states-execution-aborted") | ANY_TEXT.map(_ended_with),
        (EventUnreadable,),
    ),
    Parser(
        "changed_endpoint",
        "SageMaker's events of endpoints",
        changed_endpoint,
        _events("sagemaker-endpoint-in-service", "sagemaker-endpoint-failed"),
        (EventUnreadable,),
    ),
    Parser(
        "words_of_failure",
        "causes of failed states, of whatever failed",
        words_of_failure,
        st.fixed_dictionaries({"Error": TEXTS | st.none(), "Cause": ANY_TEXT | st.none()}),
    ),
    Parser(
        "Command",
        "commands, of whoever may put events on the bus",
        Command.parse,
        _events("slipway-operator-release-command"),
    ),
    Parser(
        "JournalEntry",
        "all that is put on the bus",
        JournalEntry.parse,
        _events("slipway-operator-release-command", "slipway-burst-started"),
    ),
    Parser(
        "asked_for",
        "requests to the function URL, of whoever may call it",
        asked_for,
        spoilt(URL_REQUEST).filter(_is_object),
    ),
    Parser(
        "from_offer",
        "AWS's price list",
        lambda content: from_offer(parsed(content)),
        ANY_BYTES | spoilt(OFFER).map(lines),
        (PriceListUnreadable,),
    ),
    Parser(
        "read_trace",
        "a trace of demand for `make rehearse`",
        read_trace_of,
        ANY_BYTES | damaged(TRACE),
        (WrongScenario,),
    ),
    *DRIFT_PARSERS,
    *TOOL_PARSERS,
]
ELSEWHERE = [
    ProvedElsewhere(
        "inspect_artifact", "archives, pickles, boosters", "artifact/test_artifact_fuzz.py"
    ),
    ProvedElsewhere(
        "read_captures", "captured requests, for drift", "drift_reading/test_reading_anything.py"
    ),
    ProvedElsewhere("compare", "answers of models to replayed requests", "replay/test_replay.py"),
]
