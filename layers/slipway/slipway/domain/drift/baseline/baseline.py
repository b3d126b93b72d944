"""What a model was trained on, as far as drift needs to know it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

from slipway.domain.drift.baseline import model_monitor, stored
from slipway.domain.drift.baseline.csv_profile import profile_csv
from slipway.domain.drift.baseline.problems import BaselineUnreadable
from slipway.domain.drift.baseline.reference import Reference, references
from slipway.domain.drift.masking import check_mask, without_values
from slipway.domain.drift.profiles.profile import bins_of
from slipway.domain.drift.schema import Column, Kind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from slipway.domain.drift.baseline.csv_file import Source
    from slipway.domain.drift.profiles import Bins, Profile
    from slipway.domain.drift.profiles.bins import Key
    from slipway.domain.drift.reading import Layouts
    from slipway.domain.drift.schema import Schema


@dataclass(frozen=True, slots=True)
class Baseline:
    """Columns, bins and the counts in them.

    Attributes
    ----------
    rows
        How many rows it was made of.
    columns
        What a row of it holds, in order: what models are asked, and a label or predictions.
    predictions
        What a model answered, learnt from captures because the columns do not say it.
    label
        Which of the columns is what predictions stand for; empty if none.
    constraints_read
        constraints.json as it was given, but for what it says of the values of masked columns;
        empty without one.
    mask
        Names whose values nobody is to see. What the baseline holds of such a column is only how
        often it had a value.
    """

    rows: int
    columns: Mapping[str, Reference]
    predictions: Mapping[str, Reference] = field(default_factory=dict)
    label: str = ""
    constraints_read: Mapping[str, Any] = field(default_factory=dict)
    mask: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.label and self.label not in self.columns:
            # Without a header what stands there are values.
            names = "" if self.mask else f": {', '.join(list(self.columns)[:20])}"
            raise BaselineUnreadable(
                f"The label {self.label!r} is no column of the baseline{names}."
            )

    @classmethod
    def from_csv(
        cls, source: Source, *, label: str | None = None, mask: Collection[str] = ()
    ) -> Self:
        """Profile a CSV file with a header.

        Raises
        ------
        BaselineUnreadable
            If it is none, or lacks the label.
        """
        found = cls.from_profile(profile_csv(source, frozenset(mask)))
        return replace(found, label=label or "")

    @classmethod
    def from_model_monitor(
        cls,
        statistics: Mapping[str, Any],
        constraints: Mapping[str, Any] | None = None,
        *,
        label: str | None = None,
    ) -> Self:
        """Take over statistics.json and constraints.json.

        Raises
        ------
        BaselineUnreadable
            If they are not what they should be, or lack the label.
        """
        rows, found = model_monitor.read(statistics, constraints or {})
        return cls(rows, found, label=label or "").asking(constraints or {})

    @classmethod
    def from_profile(cls, profile: Profile) -> Self:
        """Take over what was profiled; columns without bins get some."""
        columns, predictions = references(profile, "input"), references(profile, "output")
        return cls(profile.rows, columns, predictions, mask=profile.schema.mask)

    @classmethod
    def learnt(cls, profile: Profile) -> Self:
        """Learn from captures."""
        columns = _learnt(references(profile, "input"))
        return cls(profile.rows, columns, mask=profile.schema.mask).with_outputs(profile)

    def asking(self, constraints: Mapping[str, Any]) -> Self:
        """Return the baseline with what constraints.json asks of its columns.

        Raises
        ------
        BaselineUnreadable
            If it has another form than Model Monitor's.
        """
        constraints = without_values(constraints, self.mask)
        columns = dict(self.columns)
        for name, asked in model_monitor.requirements(constraints).items():
            if name in columns:
                columns[name] = columns[name].asked(asked.completeness, asked.words)
        return replace(self, columns=columns, constraints_read=constraints)

    def masking(self, mask: Collection[str]) -> Self:
        """Return the baseline without the values of these columns."""
        names = self.mask | frozenset(mask)
        answers = self.predictions if self.label and self.label in names else names
        return replace(
            self,
            columns=_masked(self.columns, names),
            predictions=_masked(self.predictions, answers),
            constraints_read=without_values(self.constraints_read, {*names, *answers}),
            mask=names,
        )

    def with_outputs(self, profile: Profile) -> Self:
        """Return the baseline with predictions as they were in captures."""
        return replace(self, predictions=_learnt(references(profile, "output")))

    def reference(self, key: Key, kind: Kind) -> Reference | None:
        """Return what a column is compared with; None if that would compare unlike things."""
        side, name = key
        if side == "input":
            return self.columns.get(name)
        return self.predictions.get(name) or self._as_prediction(name, kind)

    def _as_prediction(self, name: str, kind: Kind) -> Reference | None:
        """Return a column that predictions can be compared with.

        A label of classes is one. A label that was measured is none: a model that predicts well
        still varies less than what it predicts.
        """
        column = self.columns.get(name)
        if column is None or column.kind is not kind:
            return None
        measured = name == self.label and kind is Kind.FRACTIONAL
        return None if measured else column

    @property
    def bins(self) -> Bins:
        """What captures have to be counted in to be compared."""
        found: dict[Key, Reference] = {}
        for name, each in self.columns.items():
            found["input", name] = each
            if self._as_prediction(name, each.kind):
                found["output", name] = each
        found |= {("output", name): each for name, each in self.predictions.items()}
        return bins_of({key: each.feature for key, each in found.items()})

    def schema(self, captures: Iterable[bytes]) -> Schema:
        """Return which columns are asked and which answered, seen from the first records.

        Inputs are the baseline's columns without the label, and without predictions if it holds
        any: first, as Model Monitor puts them. Outputs that it holds nothing comparable of are
        named after what is captured.
        """
        from slipway.domain.drift.reading import observe

        return self.schema_beside(observe(captures))

    def schema_beside(self, seen: Layouts) -> Schema:
        """Return :meth:`schema` of captures that somebody has looked at."""
        from slipway.domain.drift.baseline.aligning import align

        every = [Column(name, each.kind) for name, each in self.columns.items()]
        return align(every, self.label, seen).masking(self.mask, self.label)

    def check_mask(self, schema: Schema) -> None:
        """See that each name that is to be masked is that of a column.

        Raises
        ------
        MaskUnknown
            If one is not.
        """
        columns = (each.name for each in (*schema.inputs, *schema.outputs))
        check_mask(self.mask, {*self.columns, *self.predictions, *columns})

    def edges(self, feature: str) -> tuple[float, ...]:
        """Return between which numbers a column is counted; empty for words."""
        return self.bins.edges.get(("input", feature), ())

    def statistics(self) -> dict[str, Any]:
        """Return Model Monitor's statistics.json."""
        return model_monitor.statistics(self.rows, self._in_order())

    def constraints(self) -> dict[str, Any]:
        """Return Model Monitor's constraints.json, as it was given or as the columns suggest."""
        return dict(self.constraints_read) or model_monitor.constraints(self._in_order())

    def _in_order(self) -> dict[str, Reference]:
        """Put what is answered before what is asked, as Model Monitor does."""
        return {**self.predictions, **self.columns}

    def to_json(self) -> bytes:
        """Return a versioned file that holds everything exactly."""
        parts = stored.Parts(
            self.rows,
            self.columns,
            self.predictions,
            self.label,
            self.constraints_read,
            self.mask,
        )
        return stored.pack(parts)

    @classmethod
    def from_json(cls, content: bytes) -> Self:
        """Read a file.

        Raises
        ------
        BaselineUnreadable
            If it is none, or of a later version.
        """
        parts = stored.unpack(content)
        found = cls(parts.rows, parts.columns, parts.predictions, parts.label, mask=parts.mask)
        return found.asking(parts.constraints) if parts.constraints else found


def _learnt(columns: Mapping[str, Reference]) -> dict[str, Reference]:
    return {name: replace(each, learnt=True) for name, each in columns.items()}


def _masked(columns: Mapping[str, Reference], names: Collection[str]) -> dict[str, Reference]:
    return {name: each.masked() if name in names else each for name, each in columns.items()}
