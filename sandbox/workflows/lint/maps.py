"""Maps, inline and distributed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.workflows.interpreter.reader import INPUT_TYPES, READERS

if TYPE_CHECKING:
    from sandbox.workflows.lint.problems import Report

_BOTH = {"ItemProcessor", "Items", "ItemSelector", "MaxConcurrency"}
_DISTRIBUTED = {
    "ItemBatcher",
    "ItemReader",
    "Label",
    "ResultWriter",
    "ToleratedFailureCount",
    "ToleratedFailurePercentage",
}
FIELDS = _BOTH | _DISTRIBUTED
_WRITER = "arn:aws:states:::s3:putObject"
_LABEL_CHARACTERS = 40


def is_distributed(state: dict[str, Any]) -> bool:
    """Tell whether a state is a Distributed Map."""
    config = (state.get("ItemProcessor") or {}).get("ProcessorConfig", {})
    return bool(config.get("Mode") == "DISTRIBUTED")


def check(name: str, state: dict[str, Any], report: Report) -> None:
    """Check a Map."""
    if not isinstance(state.get("ItemProcessor"), dict):
        report.add(name, "A Map needs an ItemProcessor.")
        return
    if not is_distributed(state):
        for field in sorted(_DISTRIBUTED & set(state)):
            report.add(name, f"{field} belongs to a Distributed Map.")
        return
    if "ExecutionType" not in state["ItemProcessor"]["ProcessorConfig"]:
        report.add(name, "A Distributed Map needs ProcessorConfig/ExecutionType.")
    if len(state.get("Label", "")) > _LABEL_CHARACTERS:
        report.add(name, f"A Label has at most {_LABEL_CHARACTERS} characters.")
    _check_reader(name, state, report)
    _check_batcher(name, state, report)
    _check_writer(name, state, report)


def _check_reader(name: str, state: dict[str, Any], report: Report) -> None:
    reader = state.get("ItemReader")
    if reader is None:
        return
    where = f"{name}/ItemReader"
    if "Items" in state:
        report.add(where, "A Map has either Items or an ItemReader.")
    if reader.get("Resource") not in READERS:
        report.add(where, f"Resource must be one of {', '.join(READERS)}.")
    config = reader.get("ReaderConfig", {})
    kind = config.get("InputType")
    if str(reader.get("Resource")).endswith("getObject") and kind not in INPUT_TYPES:
        report.add(where, f"ReaderConfig/InputType must be one of {', '.join(INPUT_TYPES)}.")
    if kind == "CSV" and config.get("CSVHeaderLocation") not in {"FIRST_ROW", "GIVEN"}:
        report.add(where, "ReaderConfig/CSVHeaderLocation must be FIRST_ROW or GIVEN.")
    if config.get("CSVHeaderLocation") == "GIVEN" and "CSVHeaders" not in config:
        report.add(where, "ReaderConfig/CSVHeaders is missing.")
    for field in sorted(set(reader) - {"Resource", "ReaderConfig", "Arguments"}):
        report.add(where, f"The sandbox does not know {field!r}.")


def _check_batcher(name: str, state: dict[str, Any], report: Report) -> None:
    batcher = state.get("ItemBatcher")
    if batcher is None:
        return
    if not {"MaxItemsPerBatch", "MaxInputBytesPerBatch"} & set(batcher):
        report.add(f"{name}/ItemBatcher", "It needs MaxItemsPerBatch or MaxInputBytesPerBatch.")
    known = {"MaxItemsPerBatch", "MaxInputBytesPerBatch", "BatchInput"}
    for field in sorted(set(batcher) - known):
        report.add(f"{name}/ItemBatcher", f"There is no {field!r}.")


def _check_writer(name: str, state: dict[str, Any], report: Report) -> None:
    writer = state.get("ResultWriter")
    tolerant = {"ToleratedFailureCount", "ToleratedFailurePercentage"} & set(state)
    if writer is None:
        if tolerant:
            message = "A Map that tolerates failures needs a ResultWriter: what AWS puts in place "
            report.add(name, message + "of a failed item's output is not documented.")
        return
    where = f"{name}/ResultWriter"
    if writer.get("Resource") != _WRITER:
        report.add(where, f"Resource must be {_WRITER}.")
    for field in sorted(set(writer) - {"Resource", "Arguments"}):
        report.add(where, f"The sandbox does not know {field!r}.")
    if "Bucket" not in writer.get("Arguments", {}):
        report.add(where, "Arguments/Bucket is missing.")
