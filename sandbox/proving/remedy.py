"""What follows a fault that is over.

An operator redrives executions without an outcome; Slipway itself clears away later what it could
not at once.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sandbox.proving import ledger

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.proving.world import World

_ENDED = {"FAILED", "ABORTED", "TIMED_OUT"}
_ATTEMPTS = 3
# A clean-up is tried again after longer and longer, a day at most.
_CLEANED_AFTER = 26 * 3600.0
# Where a release ends that could not even write that it began.
_CLAIM = "Claim Release"


def redrive_unfinished(world: World, conclude: Callable[[World], None]) -> int:
    """Redrive executions whose release has no outcome yet, up to a few times; return how many."""
    redriven = 0
    for _ in range(_ATTEMPTS):
        unfinished = _unfinished(world)
        if not unfinished:
            break
        for arn in unfinished:
            world.sandbox.client("stepfunctions").redrive_execution(executionArn=arn)
            redriven += 1
        conclude(world)
    return redriven


def await_cleaning(world: World, conclude: Callable[[World], None]) -> None:
    """Let time pass until nothing is left to clear away, or too much of it has passed."""
    for _ in range(_ATTEMPTS):
        book = ledger.read(world.sandbox)
        if not any(map(_is_left, book.endpoints.values())) and not any(
            map(_follows, book.releases)
        ):
            return
        world.sandbox.advance(_CLEANED_AFTER)
        conclude(world)


def _is_left(endpoint: ledger.Item) -> bool:
    """Tell whether something is tried again later: a clean-up, or to take a variant away."""
    return bool(endpoint.get("abandoned") or (endpoint.get("settling") or {}).get("attempts"))


def _follows(release: ledger.Item) -> bool:
    """Tell whether an execution is to come yet that undoes the release, or begins it."""
    due = (release.get("recovery") or {}).get("at")
    return bool(due) and release.get("outcome") not in ledger.FINAL


def _unfinished(world: World) -> list[str]:
    book = ledger.read(world.sandbox)
    open_ones = [
        *(each["owner"] for each in book.drops if not each.get("outcome")),
        *(each["execution"] for each in book.releases if each.get("outcome") not in ledger.FINAL),
        *(item["lease"]["owner"] for item in book.endpoints.values() if item.get("lease")),
    ]
    ended = {
        each.exec_arn
        for each in world.sandbox.account.workflows.all_executions()
        if each.status in _ENDED and each.start_date >= world.since
    }
    closed = {each["owner"] for each in book.drops if each.get("outcome")}
    unclaimed = {arn for arn in ended - closed if _arrived_unclaimed(world, arn)}
    return sorted(ended & {*open_ones, *unclaimed})


def _arrived_unclaimed(world: World, arn: str) -> bool:
    """Tell whether a drop came to nobody's knowledge; what Slipway started itself, it follows."""
    workflows = world.sandbox.account.workflows
    given = json.loads(workflows.execution(arn).execution_input)
    return "previous" not in given and workflows.entered(arn)[-1:] == [_CLAIM]
