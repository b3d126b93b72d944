"""Learn from captures what nobody has described: a whole baseline, or what a model answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from slipway.domain.drift.baseline import Baseline
from slipway.domain.drift.plain_json import plain_json
from slipway.domain.drift.profiles import Profile
from slipway.domain.drift.record import BaselineRef, Pending
from slipway.domain.drift.troubles import Trouble
from slipway.domain.naming.monitoring import baseline_files_of, baseline_key

if TYPE_CHECKING:
    from slipway.domain.drift.record import DriftRecord
    from slipway.domain.drift.yardstick import Yardstick
    from slipway.ports import Shelf

LEARNT_FROM = "learning"


@dataclass(frozen=True, slots=True)
class Learning:
    """How far the learning is.

    Parameters
    ----------
    waiting : Pending, optional
        What has been collected, while it is too little.
    baseline : BaselineRef, optional
        What has been learnt, once it is enough.
    anew : bool
        Whether the columns that were seen first are not those of most rows.
    """

    waiting: Pending | None = None
    baseline: BaselineRef | None = None
    anew: bool = False


def learn_captures(  # noqa: PLR0913 - what is learnt from, and where it is kept
    record: DriftRecord,
    folder: str,
    yardstick: Yardstick,
    profile: Profile,
    *,
    enough: int,
    shelf: Shelf,
) -> Learning:
    """Add a run's captures to what is learnt from; write the new baseline once they are enough.

    Written under a key of the run: what is not adopted in the end has changed nothing.

    Parameters
    ----------
    folder : str
        Where the run keeps what it works with.
    enough : int
        How many rows it takes.
    """
    if yardstick.baseline is None and _fits_few(profile):
        return Learning(anew=True)
    if not yardstick.incomplete or not profile.rows:
        return Learning(record.learning)
    before = record.learning
    content = shelf.get(before.key) if before else None
    total = Profile.from_bytes(content).merged(profile) if content else profile
    if total.rows < enough:
        key = folder + LEARNT_FROM
        shelf.put(key, total.to_bytes(), "application/octet-stream")
        return Learning(Pending(key, total.first, total.rows))
    known = yardstick.baseline
    learnt = known.with_outputs(total) if known else Baseline.learnt(total)
    run = record.run.id if record.run else ""
    key = baseline_key(record.endpoint, f"{record.release}.{run}")
    shelf.put(key, replace(yardstick, baseline=learnt).to_bytes())
    if known is not None and record.baseline is not None:
        return Learning(baseline=replace(record.baseline, key=key))
    made = record.baseline or BaselineRef("captures", key)
    uri, files = shelf.uri(key), _for_model_monitor(learnt, key, shelf)
    return Learning(baseline=replace(made, key=key, uri=uri, rows=total.rows, files=files))


def _for_model_monitor(learnt: Baseline, key: str, shelf: Shelf) -> dict[str, str]:
    """Write what was learnt as Model Monitor would have; return the URIs."""
    folder = baseline_files_of(key)
    told = {"statistics": learnt.statistics(), "constraints": learnt.constraints()}
    return {
        name: shelf.put(f"{folder}{name}.json", plain_json(content))
        for name, content in told.items()
    }


def _fits_few(profile: Profile) -> bool:
    """Say whether the columns are not those of most rows, as when one odd request came first."""
    return profile.troubles.counts.get(Trouble.WRONG_WIDTH, 0) > profile.rows
