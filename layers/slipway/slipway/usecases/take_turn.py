"""Let a thousand endpoints with one bedtime go one after the other."""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING, Literal

from slipway.errors import LedgerConflict

if TYPE_CHECKING:
    from datetime import datetime

    from slipway.ports import TurnBook

# CloudWatch takes three PutMetricAlarm a second from an account, and target tracking has two alarms
# for each variant; of SageMaker's rates for making and deleting endpoints none is published.
EVERY = timedelta(seconds=1)
# Of two that ask at the same moment one asks again.
_ASKS = 5


def take_turn(queue: Literal["sleep", "wake"], *, ledger: TurnBook, now: datetime) -> int:
    """Return after how many seconds an endpoint may go to sleep, or wake.

    Whoever asks twice only leaves a turn unused.

    Raises
    ------
    LedgerConflict
        If too many ask at once; the workflow asks again.
    """
    for ask in range(_ASKS):
        try:
            turn = ledger.take_turn(queue, now, EVERY)
        except LedgerConflict:
            if ask == _ASKS - 1:
                raise
        else:
            return ceil((turn - now).total_seconds())
    raise AssertionError("the last ask answers or raises")
