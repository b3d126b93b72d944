"""Every place that turns text or bytes into something, and whose text and bytes those are.

What comes from outside names the parsers of `parsers.py` that drive it; what Slipway wrote itself
says where.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[3]
SEARCHED = ("layers/slipway/slipway", "cli/slipway_cli", "functions", "rehearsal")
SEARCHED_FILES = ("sandbox/control.py", "scripts/update_prices.py")
LAYER = "layers/slipway/slipway/"
_DECODERS = re.compile(r"msgspec\.\w+\.(decode|Decoder)")
# The helper's own names count as well: who calls it reads what others wrote.
READING = frozenset(
    {
        "ast.literal_eval",
        "csv.DictReader",
        "csv.reader",
        "json.load",
        "json.loads",
        "json_object",
        "msgspec.convert",
        "np.load",
        "object_or_nothing",
        "pickle.load",
        "pickle.loads",
        "polars.read_csv",
        "read_json",
        "readable",
        "tarfile.TarInfo.frombuf",
        "tomllib.loads",
        "yaml.load",
        "yaml.parse",
        "yaml.safe_load",
        "zlib.decompress",
    }
)

# Place → the parsers that drive it.
OF_OTHERS: dict[str, tuple[str, ...]] = {
    "layers/slipway/slipway/adapters/step_functions.py::StepFunctionsExecutions.ended": ("Ended",),
    "layers/slipway/slipway/domain/alarm_change.py::AlarmChange.parse": ("AlarmChange",),
    "layers/slipway/slipway/domain/artifact/safetensors.py::Header.describes": ("Header",),
    "layers/slipway/slipway/domain/artifact/tar.py::TarWalker._next_header": ("inspect_artifact",),
    "layers/slipway/slipway/domain/drift/baseline/csv_file.py::_rows": ("from_csv",),
    "layers/slipway/slipway/domain/drift/baseline/csv_file.py::_without_header": ("from_csv",),
    "layers/slipway/slipway/domain/drift/baseline/model_monitor/reading.py::_converted": (
        "from_model_monitor, statistics",
        "from_model_monitor, constraints",
    ),
    "layers/slipway/slipway/domain/drift/baseline/stored.py::unpack": ("Baseline.from_json",),
    "layers/slipway/slipway/domain/drift/following.py::_is_record": ("Follower",),
    "layers/slipway/slipway/domain/drift/profiles/stored.py::unpack": ("Profile.from_bytes",),
    "layers/slipway/slipway/domain/drift/quality/answers.py::_captured": ("captured_answers",),
    "layers/slipway/slipway/domain/drift/quality/truths.py::_first_column": ("read_truths",),
    "layers/slipway/slipway/domain/drift/quality/truths.py::_read": ("read_truths",),
    "layers/slipway/slipway/domain/drift/quality/truths.py::_rows": ("read_truths",),
    "layers/slipway/slipway/domain/drift/reading/csv_rows.py::_read": ("read_captures",),
    "layers/slipway/slipway/domain/drift/reading/csv_rows.py::_row_by_row": ("read_captures",),
    "layers/slipway/slipway/domain/drift/reading/json_text.py::<module>": ("read_captures",),
    "layers/slipway/slipway/domain/drift/reading/observing.py::_rows_in": ("read_captures",),
    "layers/slipway/slipway/domain/drift/reading/records.py::<module>": ("read_captures",),
    "layers/slipway/slipway/domain/drift/reading/records.py::_decoder": ("read_captures",),
    "layers/slipway/slipway/domain/drift/yardstick.py::Yardstick.from_bytes": (
        "Yardstick.from_bytes",
    ),
    "layers/slipway/slipway/domain/ended.py::Ended.parse": ("Ended",),
    "layers/slipway/slipway/domain/endpoint_change.py::changed_endpoint": ("changed_endpoint",),
    "layers/slipway/slipway/domain/json_text.py::json_object": ("BesideModel.read",),
    "layers/slipway/slipway/domain/json_text.py::object_or_nothing": ("letter_of", "Ended"),
    "layers/slipway/slipway/domain/json_text.py::read_json": ("parse_smoke", "BesideModel.read"),
    "layers/slipway/slipway/domain/release.py::words_of_failure": ("words_of_failure",),
    "layers/slipway/slipway/domain/replay/answers.py::_json": ("compare", "captured_answers"),
    "layers/slipway/slipway/domain/replay/captures.py::parse_capture": ("parse_captures",),
    "layers/slipway/slipway/domain/smoke.py::_parse": ("parse_smoke",),
    "layers/slipway/slipway/domain/smoke.py::_value": ("difference",),
    "layers/slipway/slipway/domain/spec/document.py::read_document": ("parse_spec",),
    "layers/slipway/slipway/usecases/beside_model.py::BesideModel.read": ("BesideModel.read",),
    "layers/slipway/slipway/usecases/claim_drop.py::Arrival.parse": ("Arrival",),
    "layers/slipway/slipway/usecases/reconciling.py::Asked.parse": ("Asked",),
    "layers/slipway/slipway/usecases/settings_key.py::read_settings_key": ("read_settings_key",),
    "cli/slipway_cli/drift_files.py::_json_of": ("read_reference",),
    "cli/slipway_cli/failed_executions.py::asked_for": ("asked_for, of executions",),
    "cli/slipway_cli/letters.py::letter_of": ("letter_of",),
    "rehearsal/trace.py::read_trace": ("read_trace",),
    "sandbox/control.py::_body": ("Control.answer",),
    "scripts/update_prices.py::parsed": ("from_offer",),
}

_RUNS = "runs/, which only the functions of drift write"
_SHIPPED = "a file of the package"
# Place → why it is our own.
OUR_OWN: dict[str, str] = {
    f"{LAYER}adapters/ledger/table.py::encode": "what this very line wrote",
    f"{LAYER}domain/artifact/inference_sklearn.py::input_fn": (
        "runs in the model's container, where a request that cannot be read is the caller's error"
    ),
    f"{LAYER}domain/drift/files.py::CountedFile.from_line": _RUNS,
    f"{LAYER}domain/drift/following.py::BatchNote.from_bytes": _RUNS,
    f"{LAYER}domain/drift/known_quality.py::KnownQuality.from_bytes": _RUNS,
    f"{LAYER}domain/drift/outcome.py::RunOutcome.from_bytes": _RUNS,
    f"{LAYER}domain/images/catalogue.py::_catalogue": _SHIPPED,
    f"{LAYER}domain/instances.py::hosting_instance_types": _SHIPPED,
    f"{LAYER}domain/pricing/prices.py::_prices": _SHIPPED,
    f"{LAYER}usecases/collect_truths.py::Truths._waiting": _RUNS,
    f"{LAYER}usecases/count_hour.py::_answer": _RUNS,
    f"{LAYER}usecases/join_truths.py::TruthJoiner.total": _RUNS,
    f"{LAYER}usecases/learn_baseline.py::_parts": _RUNS,
    f"{LAYER}usecases/profile_captures.py::_twins": _RUNS,
    f"{LAYER}usecases/split_truths.py::_last": "a temporary file of this very run",
    f"{LAYER}usecases/split_truths.py::_spread": "a temporary file of this very run",
    "rehearsal/loading.py::named": "scenarios of this project, by name",
    "scripts/update_prices.py::_from_api": "AWS's answers to signed calls, of a person's own run",
    "scripts/update_prices.py::_from_quotes": "a file of this project",
}


@cache
def places() -> frozenset[str]:
    """Return every place that reads, as `path::function`."""
    return frozenset(_places())


def _places() -> Iterator[str]:
    files = [path for folder in SEARCHED for path in sorted((ROOT / folder).rglob("*.py"))]
    for path in (*files, *(ROOT / name for name in SEARCHED_FILES)):
        finder = _Finder()
        finder.visit(ast.parse(path.read_text(encoding="utf-8")))
        yield from (f"{path.relative_to(ROOT).as_posix()}::{name}" for name in finder.found)


class _Finder(ast.NodeVisitor):
    def __init__(self) -> None:
        self.found: dict[str, None] = {}
        self._within: list[str] = []

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._enter(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._enter(node)

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Name):
            self._note(node.func)
        self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self._note(node)  # Not only where it is called: `map(json.loads, lines)` reads as well.
        self.generic_visit(node)

    def _note(self, node: ast.expr) -> None:
        if reads(ast.unparse(node)):
            self.found[".".join(self._within) or "<module>"] = None

    def _enter(self, node: ast.ClassDef | ast.FunctionDef) -> None:
        self._within.append(node.name)
        self.generic_visit(node)
        self._within.pop()


def reads(name: str) -> bool:
    """Tell whether what has this name turns text or bytes into something."""
    return name in READING or bool(_DECODERS.fullmatch(name))
