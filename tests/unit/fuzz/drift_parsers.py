"""Parsers of what drift is looked for in, and by."""

from __future__ import annotations

import json
from typing import Any

from slipway.domain.drift.baseline.baseline import Baseline
from slipway.domain.drift.baseline.problems import BaselineUnreadable
from slipway.domain.drift.following import Follower
from slipway.domain.drift.profiles import Profile
from slipway.domain.drift.profiles.stored import ProfileUnreadable
from slipway.domain.drift.quality.answers import captured_answers
from slipway.domain.drift.quality.limits import read_limits
from slipway.domain.drift.quality.truths import read_truths
from slipway.domain.drift.record import DriftRecord
from slipway.domain.drift.requirements import ConstraintsInvalid, Requirements
from slipway.domain.drift.yardstick import Yardstick, YardstickUnreadable
from slipway.errors import BaselineRefused
from slipway.usecases.beside_model import BesideModel
from tests.fakes.drift import FakeModelFiles
from tests.unit.drift_profiles.parts import SCHEMA, batch, profile
from tests.unit.fuzz.inputs import ANY_BYTES, damaged, lines, spoilt
from tests.unit.fuzz.kinds import Parser
from tests.unit.fuzz.samples import CAPTURE, CONSTRAINTS, STATISTICS, TRAINING, TRUTH

BASELINE = Baseline.from_csv(lambda: [TRAINING])
PROFILE = profile(batch([1.0, 2.0, None], ["free", "paid", "x"], [0.1, 0.2, 0.3]))
LIMITS = {
    "regression_constraints": {
        "mae": {"threshold": 1.5, "comparison_operator": "GreaterThanThreshold"}
    }
}


def _monitor(statistics: Any) -> Baseline:
    return Baseline.from_model_monitor(statistics, CONSTRAINTS)


def _constraints(constraints: Any) -> Baseline:
    return Baseline.from_model_monitor(STATISTICS, constraints)


def _encoded(tree: Any) -> bytes:
    return json.dumps(tree).encode()


def _beside(content: bytes) -> dict[str, Any]:
    record, files = DriftRecord("churn", version="1"), FakeModelFiles()
    files.place("models/churn/1/statistics.json", content)
    return BesideModel(record, files).read("statistics.json", "v1")


def _followed(content: bytes) -> int:
    follower = Follower([content], len(content))
    assert b"".join(follower.pieces()) == content
    return follower.whole


DRIFT_PARSERS = [
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
        (BaselineUnreadable, ConstraintsInvalid),
    ),
    Parser(
        "from_csv",
        "baseline.csv beside a model",
        lambda content: Baseline.from_csv(lambda: [content]),
        ANY_BYTES | damaged(TRAINING),
        (BaselineUnreadable,),
    ),
    Parser(
        "BesideModel.read",
        "bytes of statistics.json and constraints.json, of whoever may drop models",
        _beside,
        ANY_BYTES | damaged(json.dumps(STATISTICS).encode()),
        (BaselineRefused,),
    ),
    Parser(
        "read_limits",
        "constraints of model quality beside a model",
        lambda constraints: read_limits(constraints, "regression"),
        spoilt(LIMITS).filter(lambda tree: isinstance(tree, dict)),
        (ConstraintsInvalid,),
    ),
    Parser(
        "Requirements",
        "constraints.json beside a model",
        Requirements.of,
        spoilt(CONSTRAINTS).filter(lambda tree: isinstance(tree, dict)),
        (ConstraintsInvalid,),
    ),
    Parser(
        "captured_answers",
        "captured requests of users, for model quality",
        lambda content: list(captured_answers(content.split(b"\n"))),
        ANY_BYTES | damaged(lines(CAPTURE)) | spoilt(CAPTURE).map(lines),
    ),
    Parser(
        "Follower",
        "files of captured requests, whole or half-written",
        _followed,
        ANY_BYTES | damaged(lines(CAPTURE)) | spoilt(CAPTURE).map(lines),
    ),
    Parser(
        "Baseline.from_json",
        "a person's own slipway-baseline.json",
        Baseline.from_json,
        ANY_BYTES
        | damaged(BASELINE.to_json())
        | spoilt(json.loads(BASELINE.to_json())).map(_encoded),
        (BaselineUnreadable, ConstraintsInvalid),
    ),
    Parser(
        "Profile.from_bytes",
        "profiles in the monitoring bucket, of whoever may write to it",
        Profile.from_bytes,
        ANY_BYTES | damaged(PROFILE.to_bytes()),
        (ProfileUnreadable,),
    ),
    Parser(
        "Yardstick.from_bytes",
        "yardsticks in the monitoring bucket, of whoever may write to it",
        Yardstick.from_bytes,
        ANY_BYTES | damaged(Yardstick(SCHEMA, BASELINE).to_bytes()),
        (YardstickUnreadable, BaselineUnreadable, ConstraintsInvalid),
    ),
]
