"""The envelope in which EventBridge delivers an event."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

Envelope = dict[str, Any]


@dataclass
class Envelopes:
    """Makes envelopes for one account and region; ids are random but repeat with the seed."""

    account_id: str
    region: str
    numbers: random.Random

    def make(
        self,
        source: str,
        detail_type: str,
        detail: dict[str, Any],
        *,
        resources: Sequence[str] = (),
        time: datetime,
    ) -> Envelope:
        """Return an event as rules see it; times have whole seconds."""
        return {
            "version": "0",
            "id": str(uuid.UUID(int=self.numbers.getrandbits(128), version=4)),
            "detail-type": detail_type,
            "source": source,
            "account": self.account_id,
            "time": time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": self.region,
            "resources": list(resources),
            "detail": detail,
        }
