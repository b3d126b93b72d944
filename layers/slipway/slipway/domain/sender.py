"""Who put an object there, as far as S3 knows and the uploader says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from slipway.domain.shortening import printable

if TYPE_CHECKING:
    from collections.abc import Mapping

BY_METADATA = "slipway-by"
"""User metadata of an upload: the identity that `slipway deploy` ran as, in its own words."""

_LONGEST = 256


@dataclass(frozen=True, slots=True)
class Sender:
    """What S3's event says of a request.

    Parameters
    ----------
    by : str
        The requester's account, or the service in whose name it was put; empty if unknown.
    request : str
        S3's request id: CloudTrail's data events name the identity under it.
    """

    by: str = ""
    request: str = ""

    @classmethod
    def of(cls, event: Mapping[str, Any]) -> Self:
        """Read S3's `Object Created` event."""
        detail = event["detail"]
        requester = printable(str(detail.get("requester") or ""))[:_LONGEST]
        by = f"account {requester}" if requester.isdigit() else requester
        return cls(by, printable(str(detail.get("request-id") or ""))[:_LONGEST])


def claimed_sender(metadata: Mapping[str, str]) -> str:
    """Return who an upload says that it is of; nothing proves it."""
    return printable(metadata.get(BY_METADATA, ""))[:_LONGEST]
