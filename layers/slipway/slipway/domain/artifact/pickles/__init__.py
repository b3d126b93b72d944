"""The allow-list walk over pickles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from slipway.domain.artifact.pickles import (
    bookkeeping,
    containers,
    naming,
    numbers,
    objects,
    texts,
)
from slipway.domain.artifact.pickles.facts import Facts
from slipway.domain.artifact.pickles.machine import Machine
from slipway.domain.artifact.pickles.problems import PickleRefused
from slipway.domain.artifact.pickles.values import Instance, Name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.artifact.pickles.budget import Budget
    from slipway.domain.artifact.source import Source

__all__ = ["PickleRefused", "Walked", "walk_pickle"]

# They fill the machine's table of instructions.
_INSTRUCTIONS = (bookkeeping, containers, naming, numbers, objects, texts)


@dataclass(frozen=True, slots=True)
class Walked:
    """What a walk found: the class of the outermost object, if it is one, and the facts."""

    root: Name | None
    facts: Facts


def walk_pickle(
    source: Source, names: Mapping[tuple[str, str], Name], budget: Budget, *, arrays: bool
) -> Walked:
    """Walk one pickle, up to its last instruction.

    Parameters
    ----------
    source
        The bytes.
    names
        Allowed globals.
    budget
        Shared by all pickles of the artifact.
    arrays
        Whether joblib's raw arrays may occur.

    Raises
    ------
    PickleRefused
        At the first thing that is not allowed.
    """
    facts = Facts()
    try:
        root = Machine(source, names, budget, facts, arrays=arrays).run()
    except PickleRefused as refused:
        # Behind joblib's arrays, other unpicklers have read something else.
        refused.dead = refused.dead and not facts.raw_arrays
        raise
    return Walked(root.cls if isinstance(root, Instance) else None, facts)
