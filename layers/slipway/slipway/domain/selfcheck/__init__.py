"""Whether account and ledger tell the same story: what is stuck, nobody's, or different."""

from slipway.domain.selfcheck.differing import differences
from slipway.domain.selfcheck.facts import Account, Book, Finding, Listed, Serving
from slipway.domain.selfcheck.orphans import orphans
from slipway.domain.selfcheck.stuck import stuck

__all__ = [
    "Account",
    "Book",
    "Finding",
    "Listed",
    "Serving",
    "differences",
    "orphans",
    "stuck",
]
