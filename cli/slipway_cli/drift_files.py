"""The files of a baseline, and how they are written."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slipway.domain.drift.baseline import Baseline
from slipway.domain.drift.requirements import Requirements
from slipway.domain.errors import DomainError
from slipway.domain.json_text import JsonUnreadable, json_object
from slipway_cli.problems import WrongUse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

# Model Monitor's files round edges and leave out counts; this one holds them exactly.
EXACT, STATISTICS, CONSTRAINTS = "slipway-baseline.json", "statistics.json", "constraints.json"


@dataclass(frozen=True, slots=True)
class Reference:
    """A baseline, what it asks for, and what it was read from."""

    baseline: Baseline
    requirements: Requirements
    words: str


def read_reference(folder: Path, label: str) -> Reference:
    """Read a folder of `drift baseline`, or one with Model Monitor's files only.

    Raises
    ------
    WrongUse
        The folder holds no baseline, or one for another label, or a file is not what its name
        says.
    """
    exact, statistics = folder / EXACT, _json_of(folder / STATISTICS)
    constraints = _json_of(folder / CONSTRAINTS)
    with named(folder / CONSTRAINTS):
        requirements = Requirements.of(constraints or {})
    if exact.is_file():
        with named(exact):
            baseline = Baseline.from_json(exact.read_bytes())
        _check_label(baseline, label, exact)
        if statistics is not None:
            _check_together(baseline, statistics, folder)
        if constraints is not None:
            with named(folder / CONSTRAINTS):
                baseline = baseline.asking(constraints)
        return Reference(baseline, requirements, str(exact))
    if statistics is None:
        raise WrongUse(
            f"{folder} holds no baseline, neither {EXACT} nor {STATISTICS}. Make one with "
            "`slipway drift baseline`, or put Model Monitor's files there."
        )
    with named(folder / STATISTICS):
        baseline = Baseline.from_model_monitor(statistics, constraints, label=label or None)
    beside = "" if constraints is None else f" and {CONSTRAINTS}"
    return Reference(baseline, requirements, f"{folder / STATISTICS}{beside}")


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a folder, which is made if it is missing; each whole or not at all."""
    with explained_files():
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            half = folder / f".{name}.half"
            half.write_bytes(content)
            half.replace(folder / name)


@contextmanager
def named(path: Path) -> Iterator[None]:
    """Say which file it is that cannot be read."""
    try:
        yield
    except DomainError as error:
        raise WrongUse(f"{path}: {error}") from error


@contextmanager
def explained_files() -> Iterator[None]:
    """Turn what a file system refuses into a Problem."""
    try:
        yield
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise WrongUse(f"{where}{error.strerror or error}.") from error


def _json_of(path: Path) -> dict[str, Any] | None:
    if not path.is_file():
        return None
    try:
        return json_object(path.read_bytes())
    except JsonUnreadable as error:
        raise WrongUse(f"{path} {error}.") from error


def _check_label(baseline: Baseline, label: str, path: Path) -> None:
    if label and label != baseline.label:
        made = f"with the label {baseline.label}" if baseline.label else "without a label"
        raise WrongUse(
            f"{path} was made {made}; make it anew with `slipway drift baseline --label {label}`."
        )


def _check_together(baseline: Baseline, statistics: Mapping[str, Any], folder: Path) -> None:
    """Refuse files of different data: nobody could say which of them is meant."""
    dataset = statistics.get("dataset")
    if not isinstance(dataset, dict) or dataset.get("item_count") != baseline.rows:
        raise WrongUse(
            f"{folder / EXACT} and {folder / STATISTICS} were made of different data; remove the "
            "one that is not meant."
        )
