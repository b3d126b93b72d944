"""Once a day: compare the account with the ledger, tell what is wrong, put right what is safe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from slipway.domain.release import FINAL
from slipway.domain.selfcheck import Book, Finding, differences, orphans, stuck
from slipway.domain.shortening import shorten
from slipway.ports import (
    Announcer,
    Clock,
    EndedReader,
    EndpointBook,
    News,
    Recovery,
    ReleaseBook,
    Surveyor,
    Sweeper,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from slipway.domain.ended import Ended
    from slipway.domain.selfcheck import Account

# What an event says in full; the rest is counted.
_TOLD = 50
_WORDS = 300


class CheckedBook(EndpointBook, ReleaseBook, Protocol):
    """The parts of the ledger that are compared."""


class AccountChecker:
    """Compares, repairs, tells."""

    def __init__(  # noqa: PLR0913 - the ports
        self,
        *,
        ledger: CheckedBook,
        surveyor: Surveyor,
        executions: EndedReader,
        recovery: Recovery,
        sweeper: Sweeper,
        announcer: Announcer,
        clock: Clock,
    ) -> None:
        self.ledger = ledger
        self.surveyor = surveyor
        self.executions = executions
        self.recovery = recovery
        self.sweeper = sweeper
        self.announcer = announcer
        self.clock = clock

    def check(self) -> dict[str, int]:
        """Look at everything; return how much was found and put right. May be repeated."""
        known = [record.name for record in self.ledger.list_endpoints()]
        # The account before the ledger: what comes meanwhile is in neither or in the ledger only.
        account = self.surveyor.survey(known)
        book, over = self._read(known)
        now = self.clock.now()
        found = [
            *stuck(book, now),
            *differences(book, account),
            *orphans(book, account, now),
        ]
        repaired = {finding for finding in found if self._repair(finding, over)}
        self.announcer.announce(_news(found, repaired, _looked_at(book, account)))
        return {"found": len(found), "repaired": len(repaired)}

    def _read(self, known: Iterable[str]) -> tuple[Book, Mapping[str, Ended]]:
        """Read the ledger, and which executions in it are over.

        An endpoint that is new since the account was read has nothing there yet.
        """
        records = {record.name: record for record in self.ledger.list_endpoints()}
        records = {name: records[name] for name in known if name in records}
        releases = {name: self.ledger.list_releases(name) for name in records}
        owners = {record.lease.owner for record in records.values() if record.lease}
        for each in releases.values():
            owners |= {one.execution for one in each if one.outcome not in FINAL}
        over = {arn: ended for arn in sorted(owners) if (ended := self.executions.ended(arn))}
        return Book(records, releases, frozenset(over)), over

    def _repair(self, finding: Finding, over: Mapping[str, Ended]) -> bool:
        """Put right what nobody can miss; what serves, or may serve somebody, is only told."""
        if finding.name in over:
            self.recovery.recover(over[finding.name])
        elif (finding.kind, finding.thing) == ("orphan", "schedule"):
            self.sweeper.remove_schedule(finding.name)
        elif (finding.kind, finding.thing) == ("orphan", "alarm"):
            self.sweeper.remove_alarm(finding.name)
        else:
            return False
        return True


def _looked_at(book: Book, account: Account) -> dict[str, int]:
    names = ("configs", "models", "alarms", "targets", "schedules")
    return {"endpoints": len(book.endpoints)} | {n: len(getattr(account, n)) for n in names}


def _news(found: Sequence[Finding], repaired: set[Finding], looked_at: dict[str, int]) -> News:
    told = [
        {
            "kind": each.kind,
            "thing": each.thing,
            "endpoint": each.endpoint,
            "name": each.name,
            "words": shorten(each.words, _WORDS),
            "repaired": each in repaired,
        }
        for each in found[:_TOLD]
    ]
    facts = {"found": len(found), "repaired": len(repaired), "looked_at": looked_at}
    return News(
        "Self-Check Done",
        "",
        _words(found, repaired),
        facts={**facts, "findings": told},
        for_people=bool(found),
    )


def _words(found: Sequence[Finding], repaired: set[Finding]) -> str:
    if not found:
        return "Account and ledger agree"
    open_ones = [each for each in found if each not in repaired]
    lines = [f"{len(found)} found, {len(repaired)} put right"]
    lines += [f"- {each.words}" for each in open_ones]
    lines += [f"- put right: {each.words}" for each in found if each in repaired]
    return shorten("\n".join(lines))
