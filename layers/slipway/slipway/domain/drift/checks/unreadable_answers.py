"""Whether answers can be read: of the others neither drift nor model quality knows anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.drift.checks.records import SOURCE, WORDS, lost, share_read
from slipway.domain.drift.checks.registry import row_check
from slipway.domain.drift.troubles import Trouble

if TYPE_CHECKING:
    from slipway.domain.drift.checks.registry import Shortfall
    from slipway.domain.drift.evidence import Coverage

# Both stay 0 where answers have no columns, as where only requests are captured.
_LOST = (Trouble.OUTPUT_UNDECODABLE, Trouble.NO_OUTPUT)


@row_check("unreadable_answers", WORDS, source=SOURCE)
def unreadable_answers(coverage: Coverage, reference_rows: int) -> Shortfall | None:
    """Return the share of records whose answer can be read."""
    return share_read(coverage, lost(coverage, _LOST), reference_rows)
