"""Scheduled actions that somebody gave an endpoint: they go with its registration each night."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Mapping

_ONCE = re.compile(r"at\((?P<moment>[^)]+)\)")


def renewed(action: Mapping[str, Any], now: datetime) -> dict[str, Any] | None:
    """Return the arguments of PutScheduledAction that make an action again; None if it is over.

    Application Auto Scaling takes no moment that has passed, and a begin that has passed says
    nothing.
    """
    once = _ONCE.fullmatch(str(action["Schedule"]))
    if once:
        zone = ZoneInfo(str(action.get("Timezone", "UTC")))
        if datetime.fromisoformat(once["moment"]).replace(tzinfo=zone) <= now:
            return None
    if action.get("EndTime") and datetime.fromisoformat(str(action["EndTime"])) <= now:
        return None
    begun = action.get("StartTime") and datetime.fromisoformat(str(action["StartTime"])) <= now
    return {key: value for key, value in action.items() if not (begun and key == "StartTime")}
