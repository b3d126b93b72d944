"""How long a function may go on before it leaves the rest to the next one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from slipway.ports import Clock


@dataclass(frozen=True, slots=True)
class Patience:
    """Ends some time after a function began."""

    clock: Clock
    began: datetime

    def lasts(self, time: timedelta) -> bool:
        """Tell whether less than that has passed."""
        return self.clock.now() - self.began < time
