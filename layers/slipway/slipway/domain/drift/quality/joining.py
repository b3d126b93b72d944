"""Predictions beside what turned out to be true.

Truth comes late, twice, and corrected. So nothing is ever added to a count: whoever joins takes
the answers of an hour and everything that is known about them by now, and puts the tally of that
hour in the place of the earlier one. Tallies of hours add up.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

from slipway.domain.drift.quality.answers import rows_of, value_at
from slipway.domain.drift.quality.binary import BinaryTally
from slipway.domain.drift.quality.labels import label_of, number_of
from slipway.domain.drift.quality.multiclass import MulticlassTally
from slipway.domain.drift.quality.regression import RegressionTally
from slipway.domain.drift.quality.worth import WorthTally

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from slipway.domain.drift.quality.answers import CapturedAnswer
    from slipway.domain.drift.quality.settings import Problem, QualitySettings

    Tally = BinaryTally | MulticlassTally | RegressionTally | WorthTally

TALLIES: dict[Problem, type[Tally]] = {
    "binary": BinaryTally,
    "multiclass": MulticlassTally,
    "regression": RegressionTally,
    "value": WorthTally,
}


@dataclass(frozen=True, slots=True)
class Joined:
    """What was found of some answers.

    Attributes
    ----------
    answers
        How many there are, each once.
    known
        How many of them the truth is known of.
    troubles
        Why known ones were left out, by reason: rows of them, but `rows_differ`.
    """

    tally: Tally
    answers: int = 0
    known: int = 0
    troubles: Mapping[str, int] = field(default_factory=dict)

    def merged(self, other: Self) -> Self:
        """Return two parts of an hour together, or two hours."""
        return replace(
            self,
            tally=self.tally.merged(other.tally),  # type: ignore[arg-type]  # both are of one kind
            answers=self.answers + other.answers,
            known=self.known + other.known,
            troubles=dict(sorted((Counter(self.troubles) + Counter(other.troubles)).items())),
        )


def join(
    answers: Iterable[CapturedAnswer],
    truths: Mapping[str, tuple[Any, ...]],
    settings: QualitySettings,
) -> Joined:
    """Join by id; of answers that were captured twice the last one counts."""
    troubles: Counter[str] = Counter()
    distinct = {answer.id: answer for answer in answers}
    known = [answer for answer in distinct.values() if answer.id in truths]
    pairs = _pairs(known, truths, troubles)
    tally = _tally(pairs, settings, troubles)
    return Joined(tally, len(distinct), len(known), dict(sorted(troubles.items())))


def _pairs(
    known: Iterable[CapturedAnswer], truths: Mapping[str, tuple[Any, ...]], troubles: Counter[str]
) -> Iterator[tuple[Any, Any]]:
    """Yield each row of an answer beside its truth."""
    for answer in known:
        truth = truths[answer.id]
        rows = rows_of(answer.content, len(truth))
        if rows is None:
            troubles["rows_differ"] += 1
        else:
            yield from zip(rows, truth, strict=True)


def _tally(
    pairs: Iterable[tuple[Any, Any]], settings: QualitySettings, troubles: Counter[str]
) -> Tally:
    if settings.problem == "binary":
        return BinaryTally.of(_decisions(pairs, settings, troubles))
    if settings.problem == "multiclass":
        return MulticlassTally.of(_labels(pairs, settings, troubles))
    if settings.problem == "regression":
        return RegressionTally.of(list(_numbers(pairs, settings, troubles)))
    worth = [number_of(truth) for _, truth in pairs]
    troubles["no_number"] += worth.count(None)
    troubles += Counter()  # Forgets what is zero.
    return WorthTally.of([value for value in worth if value is not None])


def _decisions(
    pairs: Iterable[tuple[Any, Any]], settings: QualitySettings, troubles: Counter[str]
) -> Iterator[tuple[bool, bool, float | None]]:
    positive = label_of(settings.positive)
    scored = settings.prediction is None or settings.probability is not None
    for row, truth in pairs:
        score = number_of(value_at(row, settings.probability)) if scored else None
        if settings.prediction is not None:
            said = value_at(row, settings.prediction)
            predicted = None if said is None else label_of(said) == positive
        else:
            predicted = None if score is None else score >= settings.cutoff
        if predicted is None:
            troubles["no_prediction"] += 1
        else:
            yield predicted, label_of(truth) == positive, score


def _labels(
    pairs: Iterable[tuple[Any, Any]], settings: QualitySettings, troubles: Counter[str]
) -> Iterator[tuple[str, str]]:
    for row, truth in pairs:
        said = value_at(row, settings.prediction)
        if said is None:
            troubles["no_prediction"] += 1
        else:
            yield label_of(said), label_of(truth)


def _numbers(
    pairs: Iterable[tuple[Any, Any]], settings: QualitySettings, troubles: Counter[str]
) -> Iterator[tuple[float, float]]:
    for row, truth in pairs:
        said, actual = number_of(value_at(row, settings.prediction)), number_of(truth)
        if said is None:
            troubles["no_prediction"] += 1
        elif actual is None:
            troubles["no_number"] += 1
        else:
            yield said, actual
