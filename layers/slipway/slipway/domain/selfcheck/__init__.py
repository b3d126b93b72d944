"""Whether account and ledger tell the same story: what is stuck, nobody's, or different."""

from slipway.domain.selfcheck.artifacts import changed_artifacts, needless_artifacts
from slipway.domain.selfcheck.differing import differences
from slipway.domain.selfcheck.facts import Account, Book, Finding, Listed, Serving, StoredArtifact
from slipway.domain.selfcheck.orphans import orphans
from slipway.domain.selfcheck.strangers import strangers, unknown
from slipway.domain.selfcheck.stuck import stuck

__all__ = [
    "Account",
    "Book",
    "Finding",
    "Listed",
    "Serving",
    "StoredArtifact",
    "changed_artifacts",
    "differences",
    "needless_artifacts",
    "orphans",
    "strangers",
    "stuck",
    "unknown",
]
