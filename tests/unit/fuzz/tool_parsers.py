"""Parsers of the command line and of the sandbox's own interface."""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder

from sandbox.control import Control
from sandbox.gateway import ADMIN, Faults
from sandbox.gateway.gateway import request_from
from slipway_cli.drift_files import EXACT, read_reference
from slipway_cli.failed_executions import asked_for
from slipway_cli.letters import letter_of
from slipway_cli.problems import WrongUse
from tests.unit.fuzz.drift_parsers import BASELINE
from tests.unit.fuzz.inputs import ANY_BYTES, ANY_TEXT, damaged, event, spoilt
from tests.unit.fuzz.kinds import Parser
from tests.unit.fuzz.samples import CONSTRAINTS, STATISTICS

SHAPES: list[Any] = [
    {"advance_seconds": 60},
    {"speed": 2.5},
    {"service": "s3", "operation": "GetObject", "error": "SlowDown", "times": 2},
    {"endpoint": "churn", "requests_per_second": 5, "seconds": 60},
]
FILES = [json.dumps(each).encode() for each in (STATISTICS, CONSTRAINTS)]
EXACT_FILES = st.none() | ANY_BYTES | damaged(BASELINE.to_json())
MODELS_FILES = st.none() | ANY_BYTES | st.sampled_from(FILES) | damaged(*FILES)
# One file that is anything beside others that are right, or none that is.
FOLDERS = st.one_of(
    st.tuples(EXACT_FILES, st.none(), st.none()),
    st.tuples(st.none(), MODELS_FILES, st.sampled_from([None, FILES[1]])),
    st.tuples(st.none(), st.just(FILES[0]), MODELS_FILES),
    st.tuples(EXACT_FILES, MODELS_FILES, MODELS_FILES),
)


class _Account:
    """What the sandbox's control interface acts on, which only takes what it is told."""

    speed = 1.0

    def __init__(self) -> None:
        self.kernel = self.gateway = self.hosting = self
        self.faults = Faults()

    def set_speed(self, speed: float) -> None:
        assert 0 <= speed < float("inf")

    def advance(self, seconds: float) -> None:
        assert 0 <= seconds < float("inf")

    def traffic(self, endpoint: str, rate: float, seconds: float) -> None:
        assert isinstance(endpoint, str)
        assert 0 <= rate < float("inf")
        assert 0 <= seconds < float("inf")

    def now(self) -> Any:
        return datetime(2026, 1, 5, tzinfo=UTC)


def _control(asked: tuple[str, bytes]) -> None:
    name, body = asked
    account: Any = _Account()
    builder = EnvironBuilder(f"/_sandbox/{name}", method="POST", data=body)
    answer = Control(account).answer(request_from(builder.get_environ()))
    assert answer.status_code in {200, 400}
    # What was taken as a fault can be looked for, whatever call comes.
    account.faults.take("s3", "GetObject", ADMIN)


def _reference(contents: tuple[bytes | None, bytes | None, bytes | None]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        names = (EXACT, "statistics.json", "constraints.json")
        for name, content in zip(names, contents, strict=True):
            if content is not None:
                (Path(folder) / name).write_bytes(content)
        read_reference(Path(folder), "")


def _inputs() -> Any:
    samples = [event("s3-object-created-model"), event("cloudwatch-alarm-rings")]
    samples += [{"drop": {"endpoint": "churn", "version": "1"}}, {"endpoint": "churn"}]
    return st.one_of(*(spoilt(each) for each in samples)).map(json.dumps)


TOOL_PARSERS = [
    Parser(
        "letter_of",
        "dead letters: all that was put on the bus, or sent to a function",
        lambda body: letter_of("q", {"MessageId": "1", "ReceiptHandle": "r", "Body": body}).what,
        ANY_TEXT | _inputs(),
    ),
    Parser(
        "asked_for, of executions",
        "inputs of executions, which people may start with anything",
        asked_for,
        ANY_TEXT | _inputs(),
    ),
    Parser(
        "read_reference",
        "a person's own folder with a baseline",
        _reference,
        FOLDERS,
        (WrongUse,),
    ),
    Parser(
        "Control.answer",
        "requests to the sandbox itself, of any program on this machine",
        _control,
        st.tuples(
            st.sampled_from(["clock", "faults", "traffic"]),
            ANY_BYTES | st.sampled_from(SHAPES).flatmap(spoilt).map(json.dumps).map(str.encode),
        ),
    ),
]
