"""The events that S3 puts onto the default bus, complete."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Any

from sandbox.events._moto import has_event_bridge, stored_object, watch_objects

if TYPE_CHECKING:
    from sandbox.account import Account
    from sandbox.events.bus.bus import Bus
    from sandbox.gateway import Call

_REASONS = {
    "s3:ObjectCreated:Put": "PutObject",
    "s3:ObjectCreated:Post": "POST Object",
    "s3:ObjectCreated:Copy": "CopyObject",
    "s3:ObjectCreated:CompleteMultipartUpload": "CompleteMultipartUpload",
}
_CHANGES = {
    "PutObjectAcl": "Object ACL Updated",
    "PutObjectTagging": "Object Tags Added",
    "DeleteObjectTagging": "Object Tags Deleted",
}
_REQUEST_ID = string.ascii_uppercase + string.digits


class Objects:
    """Makes S3's events from what moto stores."""

    def __init__(self, account: Account, bus: Bus) -> None:
        self._account = account
        self._bus = bus
        self._last = 0

    def watch(self) -> None:
        """Hear of every object that is written or deleted from now on."""
        watch_objects(self._written, self._deleted)
        for operation in _CHANGES:
            self._account.gateway.after("s3", operation, self._changed)

    def _written(self, bucket: Any, event_name: str, key: Any) -> None:
        reason = _REASONS.get(event_name)
        if reason is not None:  # moto announces the tags of an upload as well, AWS does not.
            described = {**_object(key), "size": key.size, "sequencer": self._sequencer()}
            self._emit(bucket.name, "Object Created", described, {"reason": reason})

    def _changed(self, call: Call, _: dict[str, Any] | None) -> None:
        bucket, name = call.params["Bucket"], call.params["Key"]
        key = stored_object(self._account, bucket, name, call.params.get("VersionId"))
        if key is not None and has_event_bridge(self._account, bucket):
            self._emit(bucket, _CHANGES[call.operation], _object(key), {})

    def _deleted(self, bucket: str, key: str, version: str | None, meta: dict[str, Any]) -> None:
        if not has_event_bridge(self._account, bucket):
            return
        marked = version is None and "version-id" in meta
        kind = "Delete Marker Created" if marked else "Permanently Deleted"
        described = {
            "key": key,
            **_version(meta.get("version-id")),
            "sequencer": self._sequencer(),
        }
        extra = {"reason": "DeleteObject", "deletion-type": kind}
        self._emit(bucket, "Object Deleted", described, extra)

    def _emit(
        self, bucket: str, detail_type: str, described: dict[str, Any], extra: dict[str, str]
    ) -> None:
        detail = {
            "version": "0",
            "bucket": {"name": bucket},
            "object": described,
            "request-id": "".join(self._bus.numbers.choices(_REQUEST_ID, k=16)),
            "requester": self._account.account_id,
            "source-ip-address": "127.0.0.1",
            **extra,
        }
        self._bus.emit("aws.s3", detail_type, detail, [f"arn:aws:s3:::{bucket}"])

    def _sequencer(self) -> str:
        """Return a hexadecimal number that grows from one write to the next."""
        moment = int(self._account.kernel.timestamp() * 1_000_000) << 8
        self._last = max(self._last + 1, moment)
        return f"{self._last:018X}"


def _object(key: Any) -> dict[str, Any]:
    return {"key": key.name, "etag": key.etag.strip('"'), **_version(key.version_id)}


def _version(version_id: Any) -> dict[str, str]:
    """Return the version, which unversioned buckets do not have."""
    return {"version-id": version_id} if version_id not in (None, "null") else {}
