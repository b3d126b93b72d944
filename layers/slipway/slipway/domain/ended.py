"""An execution of a workflow that ended without success, as EventBridge tells it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from slipway.domain.json_text import object_or_nothing
from slipway.domain.readable import readable

if TYPE_CHECKING:
    from collections.abc import Mapping


FORGOTTEN = "FORGOTTEN"
_HOW = {
    "ABORTED": "was aborted",
    "TIMED_OUT": "took too long",
    FORGOTTEN: "was forgotten by Step Functions",
}


@dataclass(frozen=True, slots=True)
class Ended:
    """A `Step Functions Execution Status Change` to FAILED, TIMED_OUT or ABORTED.

    Parameters
    ----------
    status : str
        Or `FORGOTTEN`: of an execution that Step Functions does not know any more.
    words : str
        Error and cause; the event has neither.
    given : mapping
        The input of the execution; empty where the event leaves it out for its size.
    """

    execution: str
    status: str
    words: str = ""
    given: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def parse(cls, event: Mapping[str, Any]) -> Self:
        """Read the event; an input that is no object, as a person may give one, says nothing.

        Raises
        ------
        EventUnreadable
            It is none.
        """
        with readable("event of an execution"):
            detail = event["detail"]
            given = object_or_nothing(detail.get("input") or "{}")
            arn, status = str(detail["executionArn"]), str(detail["status"])
        return cls(arn, status, given=given)

    @property
    def how(self) -> str:
        """How it ended, such as ``was aborted``."""
        return _HOW.get(self.status, "failed")

    @property
    def reason(self) -> str:
        """What happened, in words."""
        words = f": {self.words}" if self.words else ""
        return f"The execution {self.how} before the release was finished{words}"
