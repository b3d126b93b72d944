"""Capture files as SageMaker writes them, made up."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


ASKED = "2026-03-02T08:00:00Z"


def line(body: str, answer: str = "0.5", *, event: str = "e", **more: str) -> bytes:
    """Return one request and its answer, as CSV."""
    sides = {"endpointInput": ("INPUT", body), "endpointOutput": ("OUTPUT", answer)}
    data = {
        side: {"observedContentType": "text/csv", "mode": mode, "data": text, "encoding": "CSV"}
        for side, (mode, text) in sides.items()
    }
    meta = {"eventId": event, "inferenceTime": ASKED, **more}
    told = {"captureData": data, "eventMetadata": meta, "eventVersion": "0"}
    return json.dumps(told).encode()


def lines(bodies: Iterable[str], prefix: str = "e", at: str = ASKED) -> bytes:
    """Return a file with a request in each line."""
    told = [line(body, event=f"{prefix}-{n}", inferenceTime=at) for n, body in enumerate(bodies)]
    return b"".join(each + b"\n" for each in told)
