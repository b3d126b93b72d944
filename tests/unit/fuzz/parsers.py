"""Every parser of what comes from outside, and where it is proved that none fails in its own way.

One that is not fuzzed here names the tests that do it. Whoever adds a parser of outside input adds
it to one of the two lists.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from rehearsal.errors import WrongScenario
from scripts.update_prices import PriceListUnreadable, from_offer
from slipway.domain.alarm_change import AlarmChange
from slipway.domain.command import Command
from slipway.domain.drift.baseline.baseline import Baseline
from slipway.domain.drift.baseline.problems import BaselineUnreadable
from slipway.domain.drift.quality.truths import read_truths
from slipway.domain.ended import Ended
from slipway.domain.error_page import answered
from slipway.domain.errors import EventUnreadable
from slipway.domain.journal import JournalEntry
from slipway.domain.naming import InvalidKey, classify_key, parse_model_key
from slipway.domain.replay.captures import parse_captures
from slipway.domain.smoke import SmokeRequest, SmokeTestInvalid, difference, parse_smoke
from slipway.domain.spec import InvalidSpec, parse_spec
from slipway.usecases.claim_drop import Arrival
from slipway.usecases.reconciling import Asked
from slipway.usecases.request_wake import asked_for
from slipway.usecases.settings_key import read_settings_key
from tests.unit.fuzz.inputs import ANY_BYTES, TEXTS, TREES, damaged, event, lines, spoilt
from tests.unit.fuzz.samples import (
    CAPTURE,
    CONSTRAINTS,
    OFFER,
    SETTINGS,
    SMOKE,
    STATISTICS,
    TRACE,
    TRAINING,
    TRUTH,
    URL_REQUEST,
    read_trace_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import SearchStrategy


@dataclass(frozen=True)
class Parser:
    """One parser.

    Attributes
    ----------
    reads
        What it reads, and of whom.
    errors
        The errors that it may raise: named ones of our own.
    """

    name: str
    reads: str
    call: Callable[[Any], Any]
    inputs: SearchStrategy[Any]
    errors: tuple[type[Exception], ...] = ()


@dataclass(frozen=True)
class ProvedElsewhere:
    """A parser that has its own tests of anything.

    Attributes
    ----------
    module
        Path of the tests.
    """

    name: str
    reads: str
    module: str
    errors: tuple[type[Exception], ...] = field(default=())


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


def _monitor(statistics: Any) -> Baseline:
    return Baseline.from_model_monitor(statistics, CONSTRAINTS)


def _constraints(constraints: Any) -> Baseline:
    return Baseline.from_model_monitor(STATISTICS, constraints)


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
        "read_truths",
        "ground truth, of whoever may write to the monitoring bucket",
        lambda content: read_truths(content.split(b"\n")),
        ANY_BYTES | damaged(lines(TRUTH)) | spoilt(TRUTH).map(lines),
    ),
    Parser(
        "from_model_monitor, statistics",
        "statistics.json beside a model",
        _monitor,
        spoilt(STATISTICS),
        (BaselineUnreadable,),
    ),
    Parser(
        "from_model_monitor, constraints",
        "constraints.json beside a model",
        _constraints,
        spoilt(CONSTRAINTS),
        (BaselineUnreadable,),
    ),
    Parser(
        "from_csv",
        "baseline.csv beside a model",
        lambda content: Baseline.from_csv(lambda: [content]),
        ANY_BYTES | damaged(TRAINING),
        (BaselineUnreadable,),
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
        _events("states-execution-aborted"),
        (EventUnreadable,),
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
        from_offer,
        spoilt(OFFER),
        (PriceListUnreadable,),
    ),
    Parser(
        "read_trace",
        "a trace of demand for `make rehearse`",
        read_trace_of,
        ANY_BYTES | damaged(TRACE),
        (WrongScenario,),
    ),
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
