"""Data capture: requests and answers in S3, as SageMaker writes them."""

from __future__ import annotations

import base64
import contextlib
import json
import uuid
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.account import Account

# SageMaker names no interval; files of busy endpoints cover one to a few minutes.
_FLUSH_AFTER = 120.0
_LINES = 500


@dataclass(frozen=True)
class Exchange:
    """One request and its answer."""

    body: bytes
    content_type: str
    answer: bytes
    answer_type: str
    inference_id: str | None = None
    custom_attributes: str | None = None


@dataclass
class _File:
    started: datetime
    settings: dict[str, Any]
    role: str
    lines: list[str] = field(default_factory=list)


class Capture:
    """Samples, keeps and writes captured requests."""

    def __init__(self, account: Account, seed: int = 0) -> None:
        self._account = account
        self._random = Random(f"{seed}/capture")
        self._files: dict[tuple[str, str], _File] = {}

    def take(
        self, endpoint: str, variant: str, settings: dict[str, Any], role: str, exchange: Exchange
    ) -> None:
        """Capture a request if the configuration's sampling picks it."""
        if not settings.get("EnableCapture"):
            return
        if self._random.random() * 100 >= settings["InitialSamplingPercentage"]:
            return
        now = self._account.kernel.now()
        key = (endpoint, variant)
        if key not in self._files:
            self._files[key] = _File(now, settings, role)
            self._account.kernel.call_later(
                _FLUSH_AFTER, lambda: self.flush(endpoint, variant), name=f"capture {endpoint}"
            )
        file = self._files[key]
        file.lines.append(record(settings, exchange, now, str(self._uuid())))
        if len(file.lines) >= _LINES:
            self.flush(endpoint, variant)

    def flush(self, endpoint: str, variant: str) -> None:
        """Write what has been captured; a role that may not write loses it, as on AWS."""
        file = self._files.pop((endpoint, variant), None)
        if file is None:
            return
        target = urlsplit(file.settings["DestinationS3Uri"])
        prefix = target.path.strip("/")
        name = f"{file.started:%M-%S}-{file.started.microsecond // 1000:03d}-{self._uuid()}.jsonl"
        parts = [prefix, endpoint, variant, f"{file.started:%Y/%m/%d/%H}", name]
        key = file.settings.get("KmsKeyId")
        encryption = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key} if key else {}
        client = self._account.client("s3", self._account.role(file.role, "SageMaker"))
        with contextlib.suppress(ClientError):
            client.put_object(
                Bucket=target.netloc,
                Key="/".join(part for part in parts if part),
                Body="".join(f"{line}\n" for line in file.lines).encode(),
                **encryption,
            )

    def flush_endpoint(self, endpoint: str) -> None:
        """Write what an endpoint's variants have captured."""
        for name, variant in list(self._files):
            if name == endpoint:
                self.flush(name, variant)

    def _uuid(self) -> uuid.UUID:
        return uuid.UUID(int=self._random.getrandbits(128), version=4)


def record(settings: dict[str, Any], exchange: Exchange, now: datetime, event_id: str) -> str:
    """Return the JSON line of one request."""
    modes = {option["CaptureMode"] for option in settings["CaptureOptions"]}
    header = settings.get("CaptureContentTypeHeader", {})
    data: dict[str, Any] = {}
    if modes & {"Input", "InputAndOutput"}:
        data["endpointInput"] = _side(exchange.content_type, "INPUT", exchange.body, header)
    if modes & {"Output", "InputAndOutput"}:
        data["endpointOutput"] = _side(exchange.answer_type, "OUTPUT", exchange.answer, header)
    metadata: dict[str, Any] = {"eventId": event_id}
    if exchange.custom_attributes:
        metadata["customAttributes"] = [exchange.custom_attributes]
    if exchange.inference_id:
        metadata["inferenceId"] = exchange.inference_id
    metadata["inferenceTime"] = f"{now:%Y-%m-%dT%H:%M:%SZ}"
    line = {"captureData": data, "eventMetadata": metadata, "eventVersion": "0"}
    return json.dumps(line, separators=(",", ":"))


def encoding(content_type: str, header: dict[str, Any]) -> str:
    """Return how the data of a content type is written: what is not listed is BASE64."""
    media = content_type.partition(";")[0].strip().lower()
    if media in (listed.lower() for listed in header.get("CsvContentTypes", [])):
        return "CSV"
    if media in (listed.lower() for listed in header.get("JsonContentTypes", [])):
        return "JSON"
    return "BASE64"


def _side(content_type: str, mode: str, body: bytes, header: dict[str, Any]) -> dict[str, str]:
    written = encoding(content_type, header)
    plain = base64.b64encode(body) if written == "BASE64" else body
    return {
        "observedContentType": content_type,
        "mode": mode,
        "data": plain.decode("utf-8", "replace"),
        "encoding": written,
    }
