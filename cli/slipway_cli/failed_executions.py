"""Executions that ended without having said why: found, and driven on."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from slipway.adapters.clients import client
from slipway.adapters.ledger import Ledger
from slipway.adapters.step_functions import StepFunctionsExecutions
from slipway.domain.errors import EventUnreadable
from slipway.domain.json_text import object_or_nothing
from slipway.domain.release import FINAL, Drop
from slipway.errors import ReleaseUnknown
from slipway.usecases.claim_drop import Arrival, drop_of
from slipway.usecases.tell_failure import endpoint_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from slipway.domain.release import ReleaseRecord
    from slipway_cli.stack import Stack

_STATUSES = ("FAILED", "TIMED_OUT", "ABORTED")
# After that Step Functions redrives none, and whatever it left was put right otherwise.
REDRIVABLE = timedelta(days=14)
_DIGEST = 24


@dataclass(frozen=True)
class Failure:
    """One execution.

    Parameters
    ----------
    state : str
        In which it ended; empty if it is too long ago.
    """

    execution: str
    machine: str
    endpoint: str
    status: str
    ended: str
    state: str
    why: str
    given: str

    @property
    def id(self) -> str:
        """What a person names it by: workflow and name."""
        return ":".join(self.execution.split(":")[-2:])

    @property
    def what(self) -> str:
        """What it is, in a few words."""
        state = f" in {self.state}" if self.state else ""
        return f"{self.machine.rpartition(':')[2]} {self.status}{state}"

    def as_dict(self) -> dict[str, str]:
        """Return what programs are told."""
        shown = {"id": self.id, "kind": "execution", "what": self.what, "at": self.ended}
        return {**shown, "target": self.execution, "endpoint": self.endpoint, "why": self.why}


class FailedExecutions:
    """Those of a stack that nobody answered yet."""

    def __init__(self, stack: Stack) -> None:
        self._machines = stack.machines
        self._states = client("stepfunctions")
        self._ledger = Ledger(stack.ledger_table)
        self._looked_at = StepFunctionsExecutions()
        self._deliberate: set[tuple[str, datetime]] = set()

    def list_failures(self) -> list[Failure]:
        """Return the failures of the last two weeks, the oldest first."""
        found = (each for machine in self._machines for each in self._of_machine(machine))
        return sorted(found, key=lambda failure: failure.ended)

    def drive_on(self, failure: Failure) -> str:
        """Let an execution go on where it ended, or start another one; return its ARN."""
        described = self._states.describe_execution(executionArn=failure.execution)
        if described.get("redriveStatus") == "REDRIVABLE":
            self._states.redrive_execution(executionArn=failure.execution)
            return failure.execution
        return self._start_anew(failure)

    def _of_machine(self, machine: str) -> Iterator[Failure]:
        pages = self._states.get_paginator("list_executions")
        for status in _STATUSES:
            for page in pages.paginate(stateMachineArn=machine, statusFilter=status):
                for each in page["executions"]:
                    if datetime.now(UTC) - each["stopDate"] > REDRIVABLE:
                        continue
                    failure = self._looked_into(each, machine)
                    if failure:
                        yield failure

    def _looked_into(self, listed: Mapping[str, Any], machine: str) -> Failure | None:
        arn = listed["executionArn"]
        # A history is long, and changes only if the execution is driven on: it then ends anew.
        end = (arn, listed["stopDate"])
        if end in self._deliberate:
            return None
        last = self._looked_at.last_state(arn)
        if last.deliberate:
            self._deliberate.add(end)
            return None
        described = self._states.describe_execution(executionArn=arn)
        given = str(described.get("input") or "{}")
        asked = asked_for(given)
        if self._is_answered(arn, asked.drop):
            return None
        said = (str(described.get(name) or "") for name in ("error", "cause"))
        return Failure(
            execution=arn,
            machine=machine,
            endpoint=asked.endpoint,
            status=listed["status"],
            ended=listed["stopDate"].astimezone(UTC).isoformat(timespec="seconds"),
            state=last.name,
            why=": ".join(each for each in said if each),
            given=given,
        )

    def _is_answered(self, execution: str, drop: Drop | None) -> bool:
        """Tell whether the release came to its end without it, or goes on in another execution."""
        release = self._release_of(drop)
        if release is None:
            return False
        return release.outcome in FINAL or execution != self._stands_for(release)

    def _stands_for(self, release: ReleaseRecord) -> str:
        """Return the execution without which the release does not go on."""
        if not release.waits:
            return release.execution
        # Who parked it is done: it was to begin in one that was handed the lease, or in those that
        # followed that one.
        lease = self._ledger.read_endpoint(release.endpoint).lease
        if lease is None or lease.release != release.release:
            return ""
        return str((release.recovery or {}).get("by") or lease.owner)

    def _release_of(self, drop: Drop | None) -> ReleaseRecord | None:
        if drop is None:
            return None
        try:
            return self._ledger.read_release(drop.endpoint, drop.release)
        except ReleaseUnknown:
            return None

    def _owner(self, release: ReleaseRecord) -> str:
        """Return who claimed the drop last, unless it runs: nobody takes it away from that one."""
        owner = self._ledger.owner_of(release.drop)
        return "" if not owner or self._looked_at.runs(owner) else owner

    def _start_anew(self, failure: Failure) -> str:
        """Start another execution; the ledger makes that safe.

        A release that was claimed passes to it from the execution that its input names.
        """
        given = failure.given
        release = self._release_of(asked_for(given).drop)
        name = f"again-{hashlib.sha256(failure.execution.encode()).hexdigest()[:_DIGEST]}"
        if release:
            attempt = release.attempt_of(release.tries + 1)
            drop = release.drop.as_dict()
            previous = self._owner(release) or failure.execution
            given = json.dumps({"drop": drop, "previous": previous, "attempt": attempt})
            name = f"{release.drop.digest}-{attempt}"
        started = self._states.start_execution(
            stateMachineArn=failure.machine, name=name, input=given
        )
        return str(started["executionArn"])


@dataclass(frozen=True)
class AskedFor:
    """What an execution was started for, as far as its input says.

    Parameters
    ----------
    endpoint : str
        Empty where nothing names one.
    """

    endpoint: str
    drop: Drop | None


def asked_for(given: str) -> AskedFor:
    """Read an execution's input; people may have started it with anything."""
    found = object_or_nothing(given)
    return AskedFor(endpoint_of(found), _drop_of(found))


def _drop_of(given: Mapping[str, Any]) -> Drop | None:
    if not {"drop", "detail"} & given.keys():
        return None
    try:
        drop, problem = drop_of(Arrival.parse(given))
    except EventUnreadable:
        return None  # An alarm's event, say.
    return None if problem else drop
