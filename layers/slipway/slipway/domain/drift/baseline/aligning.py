"""Which columns of a baseline are asked and which are answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.drift.reading.columns import NUMBERS
from slipway.domain.drift.schema import Column, Kind, Schema

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slipway.domain.drift.reading import Layout, Layouts


def align(columns: Sequence[Column], label: str, seen: Layouts) -> Schema:
    """Return the schema of captures that look so.

    With a label, everything else is asked. Without one, a baseline may hold predictions before what
    they were made of, as Model Monitor's do of captures: then it is as much wider than requests as
    answers are wide, and the kinds agree place by place. Whatever else does not fit is asked in
    full, so that rows are refused for their width and never laid beside the wrong columns.
    """
    answered, inputs = tuple(columns[: seen.outputs.width]), tuple(columns)
    if label:
        inputs = tuple(column for column in columns if column.name != label)
        answered = tuple(column for column in columns if column.name == label)
    elif _holds_predictions(columns, seen):
        inputs = inputs[seen.outputs.width :]
    else:
        answered = ()
    if not _alike(answered, label, seen.outputs):
        answered = seen.outputs.columns("prediction")
    return Schema(inputs, answered)


def _holds_predictions(columns: Sequence[Column], seen: Layouts) -> bool:
    asked = columns[seen.outputs.width :]
    if not seen.outputs.width or len(asked) != seen.inputs.width:
        return False
    if seen.inputs.names is not None:
        return {column.name for column in asked} == set(seen.inputs.names)
    kinds = (*seen.outputs.kinds, *seen.inputs.kinds)
    return all(_fits(column.kind, kind) for column, kind in zip(columns, kinds, strict=True))


def _fits(kind: Kind, seen: Kind) -> bool:
    """Say whether values of a kind may belong to a column: words are not numbers."""
    return Kind.UNKNOWN in {kind, seen} or (kind in NUMBERS) == (seen in NUMBERS)


def _alike(answered: Sequence[Column], label: str, seen: Layout) -> bool:
    """Say whether answers can be compared with columns of the baseline.

    The kinds have to be the same, so that probabilities are not compared with classes; and a label
    that was measured varies more than even good predictions of it.
    """
    measured = any(each.name == label and each.kind is Kind.FRACTIONAL for each in answered)
    return tuple(each.kind for each in answered) == seen.kinds and bool(answered) and not measured
