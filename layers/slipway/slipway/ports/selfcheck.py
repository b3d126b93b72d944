"""What a self-check reads of the account, and what it may put right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slipway.domain.ended import Ended
    from slipway.domain.selfcheck import Account


class Surveyor(Protocol):
    """Lists what the account has."""

    def survey(self, endpoints: Sequence[str]) -> Account:
        """Return the endpoints of these names, and everything else that releases make."""

    def made_for(self, arn: str) -> str:
        """Return for which endpoint a release made a thing, by its tag; empty without one."""


class EndedReader(Protocol):
    """Executions that are over."""

    def ended(self, execution: str) -> Ended | None:
        """Return how an execution ended; None if it runs.

        Step Functions forgets executions after 90 days: those are over as well.
        """


class Recovery(Protocol):
    """Whoever follows executions that ended without finishing."""

    def recover(self, ended: Ended) -> None:
        """Have it look at this one again, later."""


class Sweeper(Protocol):
    """Takes away what is nobody's."""

    def remove_alarm(self, name: str) -> None:
        """Delete an alarm; one that is gone is no error."""

    def remove_schedule(self, name: str) -> None:
        """Delete a schedule; one that is gone is no error."""
