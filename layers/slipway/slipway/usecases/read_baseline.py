"""What lies beside a model to compare its traffic with, and of what it is made."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from slipway.domain.drift.baseline import Baseline
from slipway.domain.drift.masking import mask_version
from slipway.domain.drift.requirements import Requirements
from slipway.domain.errors import DomainError
from slipway.usecases.beside_model import CONSTRAINTS, CSV, STATISTICS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.drift.record import Source
    from slipway.domain.spec.drift import Drift
    from slipway.usecases.beside_model import BesideModel


def versions_of(beside: BesideModel, settings: Drift) -> dict[str, str]:
    """Return what the baseline has to be made of: one that is made of other things is old."""
    names = (CSV, STATISTICS, CONSTRAINTS)
    every = {name: beside.version_of(name) for name in names}
    found = {name: version for name, version in every.items() if version is not None}
    if CSV in found:
        # It says everything that statistics could say, and exactly.
        found.pop(STATISTICS, None)
    elif STATISTICS not in found:
        found = {}
    label = {"label": settings.label} if settings.label else {}
    return found | label | mask_version(settings.mask)


def read_baseline(
    beside: BesideModel, versions: Mapping[str, str], settings: Drift
) -> Baseline | None:
    """Return what lies beside the model; None if nothing does.

    Raises
    ------
    BaselineRefused
        If it is no baseline.
    """
    known = source_of(versions)
    if known is None:
        return None
    constraints = {}
    if CONSTRAINTS in versions:
        constraints = beside.read(CONSTRAINTS, versions[CONSTRAINTS])
    try:
        Requirements.of(constraints)
        if CSV in versions:
            pieces = partial(beside.pieces, CSV, versions[CSV])
            found = Baseline.from_csv(pieces, label=settings.label, mask=settings.mask)
            return found.asking(constraints)
        statistics = beside.read(STATISTICS, versions[STATISTICS])
        found = Baseline.from_model_monitor(statistics, constraints, label=settings.label)
        return found.masking(settings.mask)
    except (DomainError, ValueError) as error:
        raise beside.refusal(known[1], error) from error


def source_of(versions: Mapping[str, str]) -> tuple[Source, str] | None:
    """Return what a baseline is made of, and the name of the file."""
    if CSV in versions:
        return "baseline.csv", CSV
    return ("model-monitor", STATISTICS) if STATISTICS in versions else None
