"""Requests and answers as SageMaker's data capture writes them, a JSON object in a line."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slipway.domain.captured import SYNTHETIC, media_type
from slipway.domain.json_text import JsonUnreadable, read_json

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class CapturedRequest:
    """A request that was answered before.

    Parameters
    ----------
    at : str
        When, ISO 8601 in UTC.
    body, answer : bytes
        As they went over the wire.
    """

    event_id: str
    at: str
    body: bytes
    content_type: str
    answer: bytes
    answer_type: str

    @property
    def accept(self) -> str:
        """The media type to ask for: the one that the answer had."""
        return media_type(self.answer_type)


def parse_captures(lines: Iterable[str]) -> list[CapturedRequest]:
    """Return the requests of users in some lines; what is none of theirs is left out."""
    return [found for line in lines if (found := parse_capture(line)) is not None]


def parse_capture(line: str) -> CapturedRequest | None:
    """Return the request in a line; None if it is synthetic, incomplete or unreadable.

    A file may end in the middle of a line, an endpoint may capture only one side, and a replay
    needs both.
    """
    try:
        record = read_json(line)
        data, event = record["captureData"], record["eventMetadata"]
        if str(event.get("inferenceId", "")).startswith(SYNTHETIC):
            return None
        asked, answered = data["endpointInput"], data["endpointOutput"]
        return CapturedRequest(
            event_id=str(event["eventId"]),
            at=str(event["inferenceTime"]),
            body=_bytes(asked),
            content_type=str(asked["observedContentType"]),
            answer=_bytes(answered),
            answer_type=str(answered.get("observedContentType") or ""),
        )
    except (JsonUnreadable, ValueError, KeyError, TypeError, AttributeError):
        return None


def choose(requests: Iterable[CapturedRequest], count: int) -> list[CapturedRequest]:
    """Return the newest requests, each once, the oldest of them first."""
    distinct = {request.event_id: request for request in requests}
    ordered = sorted(distinct.values(), key=lambda request: request.at)
    return ordered[max(0, len(ordered) - count) :]


def _bytes(side: dict[str, Any]) -> bytes:
    data = side["data"]
    if side["encoding"] != "BASE64":
        return (data if isinstance(data, str) else json.dumps(data)).encode()
    try:
        return base64.b64decode(data, validate=True)
    except binascii.Error as error:
        raise ValueError("no base64") from error
