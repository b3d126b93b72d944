"""Once a day: compare the account with the ledger, tell what is wrong, put right what is safe."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from slipway.domain.ended import FORGOTTEN
from slipway.domain.release import FINAL
from slipway.domain.selfcheck import (
    Book,
    Finding,
    changed_artifacts,
    differences,
    needless_artifacts,
    orphans,
    strangers,
    stuck,
    unknown,
)
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
    from datetime import datetime

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
        found = self._compare(book, account, self.clock.now())
        open_to = _recoverable(book, over)
        repaired = {finding for finding in found if self._repair(finding, open_to)}
        self.announcer.announce(_news(found, repaired, _looked_at(book, account)))
        return {"found": len(found), "repaired": len(repaired)}

    def _compare(self, book: Book, account: Account, now: datetime) -> list[Finding]:
        asked = list(unknown(book, account, now))
        tagged = {each.arn: self.surveyor.made_for(each.arn) for _, each in asked}
        return [
            *stuck(book, now),
            *differences(book, account),
            *changed_artifacts(book, account, now),
            *orphans(book, account, now),
            *strangers(asked, tagged, book),
            *needless_artifacts(book, account, now),
        ]

    def _read(self, known: Iterable[str]) -> tuple[Book, Mapping[str, Ended]]:
        """Read the ledger, and which executions in it are over.

        An endpoint that is new since the account was read has nothing there yet.
        """
        every = {record.name: record for record in self.ledger.list_endpoints()}
        records = {name: every[name] for name in known if name in every}
        releases = {name: self.ledger.list_releases(name) for name in records}
        book = Book(records, releases, new=frozenset(every.keys() - records.keys()))
        over = self._over(book)
        return replace(book, ended=frozenset(over)), over

    def _over(self, book: Book) -> Mapping[str, Ended]:
        """Return executions that are over and hold something; forgotten ones with their drop."""
        given: dict[str, dict[str, Any]] = {
            record.lease.owner: {} for record in book.endpoints.values() if record.lease
        }
        for each in book.all_releases():
            if each.outcome not in FINAL:
                # The input of an execution that Slipway starts.
                started = {"previous": "", "attempt": each.attempt}
                given[each.execution] = {"drop": each.drop.as_dict(), **started}
        ended = {arn: self.executions.ended(arn) for arn in sorted(given)}
        return {
            arn: replace(one, given=given[arn]) if one.status == FORGOTTEN else one
            for arn, one in ended.items()
            if one
        }

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


def _recoverable(book: Book, over: Mapping[str, Ended]) -> Mapping[str, Ended]:
    """Leave out what was followed so often in vain that only a person can help."""
    told = [each for each in book.all_releases() if (each.recovery or {}).get("told")]
    stuck_for_good = {each.execution for each in told}
    # Of one that could not begin, the lease is still with an execution that never claimed it.
    names = {(each.endpoint, each.release) for each in told}
    stuck_for_good |= {
        record.lease.owner
        for record in book.endpoints.values()
        if record.lease and (record.name, record.lease.release) in names
    }
    return {arn: ended for arn, ended in over.items() if arn not in stuck_for_good}


def _looked_at(book: Book, account: Account) -> dict[str, int]:
    names = ("configs", "models", "artifacts", "alarms", "targets", "schedules")
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
