"""Which columns of a baseline are asked and which are answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.drift.schema import Column, Kind, Schema

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slipway.domain.drift.reading import Layout, Layouts


def align(columns: Sequence[Column], label: str, seen: Layouts) -> Schema:
    """Return the schema of captures that look so.

    A baseline may hold predictions before what they were made of: then it is as much wider than
    requests as answers are wide. Whatever else does not fit is asked in full, so that rows are
    refused for their width and never laid beside the wrong columns.
    """
    features = tuple(column for column in columns if column.name != label)
    inputs = _asked(features, seen.inputs)
    answered = features[: seen.outputs.width]
    if len(inputs) == len(features):
        answered = tuple(column for column in columns if column.name == label)
    elif features != (*answered, *inputs):
        inputs, answered = features, ()
    if not _alike(answered, label, seen.outputs):
        answered = seen.outputs.columns("prediction")
    return Schema(inputs, answered)


def _asked(features: tuple[Column, ...], seen: Layout) -> tuple[Column, ...]:
    if seen.names is None:
        return features[-seen.width :] if seen.width else features
    return tuple(column for column in features if column.name in seen.names)


def _alike(answered: Sequence[Column], label: str, seen: Layout) -> bool:
    """Say whether answers can be compared with columns of the baseline.

    The kinds have to be the same, so that probabilities are not compared with classes; and a label
    that was measured varies more than even good predictions of it.
    """
    measured = any(each.name == label and each.kind is Kind.FRACTIONAL for each in answered)
    return tuple(each.kind for each in answered) == seen.kinds and bool(answered) and not measured
