"""Go back to a kept release: by weights while it stands by, else by a release of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from slipway.errors import CommandRefused
from slipway.ports import Announcer, Clock, DropBook, EndpointBook, ReleaseBook, Starter
from slipway.usecases.reference import ReleaseRef
from slipway.usecases.revert_promotion import revert_promotion
from slipway.usecases.roll_back_release import GoBack, roll_back_release

if TYPE_CHECKING:
    from slipway.domain.command import Command
    from slipway.domain.lease import EndpointRecord
    from slipway.ports import Scaling, Schedules, TrafficControl


class GoingBackBook(DropBook, EndpointBook, ReleaseBook, Protocol):
    """The parts of the ledger that going back touches."""


@dataclass(frozen=True, slots=True)
class Machines:
    """ARNs of the workflows that a command starts."""

    release: str
    settle: str


class GoingBack:
    """Carries a rollback out.

    Parameters
    ----------
    machines : Machines
        What is started.
    """

    def __init__(  # noqa: PLR0913 - the ports
        self,
        machines: Machines,
        *,
        ledger: GoingBackBook,
        starter: Starter,
        schedules: Schedules,
        endpoints: TrafficControl,
        scaling: Scaling,
        announcer: Announcer,
        clock: Clock,
    ) -> None:
        self.machines = machines
        self.ledger = ledger
        self.starter = starter
        self.schedules = schedules
        self.endpoints = endpoints
        self.scaling = scaling
        self.announcer = announcer
        self.clock = clock

    def to(self, command: Command) -> str:
        """Go back; return what was done in words.

        Raises
        ------
        CommandRefused
            If there is nothing to go back to, or a release is under way.
        """
        record = self.ledger.read_endpoint(command.endpoint)
        if _stands_by(record, command.release):
            return self._revert(record, command)
        if _releasing(record):
            raise CommandRefused(
                f"a release of {record.name} is under way: `abort` ends it, "
                "and what served before serves again"
            )
        wanted = GoBack(command.endpoint, command.release, self.clock.now())
        drop = roll_back_release(
            wanted, machine=self.machines.release, ledger=self.ledger, starter=self.starter
        )
        return f"Version {drop.version} is released again as {drop.release}"

    def _revert(self, record: EndpointRecord, command: Command) -> str:
        settling = record.settling
        if settling is None:
            raise CommandRefused(f"endpoint {record.name} has settled meanwhile")
        bad = settling.previous if settling.reverted else record.live
        if bad is None:
            raise CommandRefused(f"endpoint {record.name} serves nothing")
        ref = ReleaseRef("", self.machines.settle, command.endpoint, bad.release)
        reverted = revert_promotion(
            ref,
            f"rolled back by {command.words}",
            ledger=self.ledger,
            endpoints=self.endpoints,
            scaling=self.scaling,
            schedules=self.schedules,
            settle=self.machines.settle,
            announcer=self.announcer,
            clock=self.clock,
        )
        if reverted.verdict != "reverted":
            raise CommandRefused(f"endpoint {record.name} is being settled right now; try again")
        return f"Release {command.release} has all of the traffic again"


def _releasing(record: EndpointRecord) -> bool:
    settling = record.settling
    return bool(record.lease and not (settling and settling.release == record.lease.release))


def _stands_by(record: EndpointRecord, release: str) -> bool:
    """Tell whether the wanted release is the one beside the promoted one, or just came back."""
    settling = record.settling
    if settling is None or record.live is None:
        return False
    previous = record.live if settling.reverted else settling.previous
    open_still = settling.reverted or not settling.retiring
    return open_still and release in ("", previous.release)
