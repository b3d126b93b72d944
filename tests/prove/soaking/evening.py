"""How a day ends: whatever failed is over, an operator looks after it, and everything must hold."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from sandbox.proving import ledger, violations
from slipway_cli.dead_letters import DeadLetters
from slipway_cli.failed_executions import FailedExecutions
from slipway_cli.problems import Problem
from slipway_cli.stack import find_stack

if TYPE_CHECKING:
    from tests.prove.soaking.acts import Acts
    from tests.prove.soaking.village import Village

_STEP = 900.0
# A clean-up is tried again after longer and longer, a day at most.
_LONGEST = 3 * 26 * 3600.0
# What is wrong with an endpoint for longer than this is looked at by nobody any more.
_ENDED = frozenset({"succeeded", "unchanged", "failed", "rolled-back", "superseded"})


class Evening:
    """Lets a day come to its end, and judges it."""

    def __init__(self, village: Village, acts: Acts) -> None:
        self.village = village
        self.acts = acts
        self.looked_after: Counter[str] = Counter()
        stack = find_stack("slipway")
        self._letters = DeadLetters(stack)
        self._failures = FailedExecutions(stack)
        # Where others were before, something may be left of what they tried.
        for letter in self._letters.list_letters():
            self._letters.forget(letter)
        self._lost_before = [0, 0]
        self._lost_on_the_way()

    def end(self) -> list[str]:
        """Return what does not hold once nothing goes on any more."""
        account = self.village.account
        account.gateway.faults.clear()
        account.hosting.lifecycle.troubles.clear()
        waited = 0.0
        while waited < _LONGEST:
            self.village.sandbox.advance(_STEP)
            waited += _STEP
            self._operate()
            if not self._goes_on():
                break
        return self._problems()

    def _goes_on(self) -> bool:
        """Tell whether anything runs, waits, or is due to be cleared away."""
        parts = ("lease", "parked", "settling", "abandoned")
        endpoints = self.village.book.endpoints.values()
        if self.village.running() or any(item.get(part) for item in endpoints for part in parts):
            return True
        return any(
            (item.get("asleep") or {}).get("phase") in {"falling", "waking"} for item in endpoints
        )

    def _operate(self) -> None:
        """Do what an operator does with `slipway approve`, `slipway redrive` and `slipway wake`."""
        for release in self.village.book.releases:
            if release.get("outcome") == "running" and (
                release.get("gate") or release.get("paused")
            ):
                self.acts.say(release["pk"].partition("#")[2], release["sk"], "approve")
                self.looked_after["approved"] += 1
        for failure in self._failures.list_failures():
            if failure.endpoint not in self.village.names:
                continue
            try:
                self._failures.drive_on(failure)
                self.looked_after["executions redriven"] += 1
            except ClientError as error:
                # Somebody else started the next attempt, which is what was wanted.
                if error.response["Error"]["Code"] != "ExecutionAlreadyExists":
                    raise
        self._deliver()

    def _deliver(self) -> None:
        for letter in self._letters.list_letters():
            try:
                self._letters.deliver(letter)
                self.looked_after["letters delivered"] += 1
            except Problem:
                self._letters.forget(letter)
                self.looked_after["letters forgotten"] += 1

    def _problems(self) -> list[str]:
        return [
            *map(str, violations(self.village.sandbox)),
            *self._lost(),
            *self._checked(),
        ]

    def _lost(self) -> list[str]:
        """Say what nobody answered: a drop without an end, an event without a target."""
        ended = {(item["pk"], item["sk"]): item.get("outcome") for item in self.village.book.drops}
        bucket = self.village.sandbox.outputs["ArtifactBucketName"]
        lost = [
            f"drop {key} in version {version} ended as {outcome}"
            for key, version in self.village.dropped
            if (outcome := ended.get((f"drop#{bucket}/{key}", version))) not in _ENDED
        ]
        return [*lost, *self._lost_on_the_way()]

    def _lost_on_the_way(self) -> list[str]:
        """Say what AWS itself would have dropped without a trace."""
        account = self.village.account
        places: list[list[Any]] = [account.functions.queue.destinations.lost, account.bus.lost]
        new = [place[before:] for place, before in zip(places, self._lost_before, strict=True)]
        self._lost_before = [len(place) for place in places]
        return [str(each) for place in new for each in place]

    def _checked(self) -> list[str]:
        """Ask Slipway itself, which must not find anything either."""
        lambda_ = self.village.sandbox.client("lambda")
        (name,) = [
            function["FunctionName"]
            for page in lambda_.get_paginator("list_functions").paginate()
            for function in page["Functions"]
            if "CheckAccount" in function["FunctionName"]
        ]
        answer = json.loads(lambda_.invoke(FunctionName=name)["Payload"].read())
        return [f"the self-check finds {answer}"] if answer != {"found": 0, "repaired": 0} else []

    def outcomes(self) -> dict[str, int]:
        """Return how many releases came to which end."""
        return dict(
            Counter(str(item.get("outcome")) for item in ledger.read(self.village.sandbox).releases)
        )
