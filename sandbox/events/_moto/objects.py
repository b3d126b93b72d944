"""Objects of S3: moto announces them in its own way, which is replaced by ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.s3 import models as s3_models
from moto.s3 import notifications as s3_notifications
from moto.s3.utils import compute_checksum

from sandbox.replacing import replace

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.account import Account

DELETE_OBJECT = s3_models.S3Backend.delete_object
COMPLETE_UPLOAD = s3_models.S3Backend.complete_multipart_upload
COPY_OBJECT = s3_models.S3Backend.copy_object


def watch_objects(
    written: Callable[[Any, str, Any], None],
    deleted: Callable[[str, str, str | None, dict[str, Any]], None],
) -> None:
    """Tell about objects written and deleted, whichever API did it.

    moto's own events lack a true sequencer, spell `etag` and the reason in its own way, and are
    not sent at all for delete markers and deleted versions.
    """
    completing = 0  # Uploads being completed: moto announces those as plain ones as well.

    def send(account_id: str, bucket: Any, event_name: Any, key: Any) -> None:
        del account_id
        kind = str(event_name.value)
        repeated = completing and not kind.endswith("CompleteMultipartUpload")
        if "ObjectRemoved" not in kind and not repeated:
            written(bucket, kind, key)

    def complete_multipart_upload(backend: Any, *args: Any, **kwargs: Any) -> Any:
        nonlocal completing
        completing += 1
        try:
            return COMPLETE_UPLOAD(backend, *args, **kwargs)
        finally:
            completing -= 1

    def delete_object(backend: Any, bucket_name: str, key_name: str, *args: Any, **kw: Any) -> Any:
        version = args[0] if args else kw.get("version_id")
        done, meta = DELETE_OBJECT(backend, bucket_name, key_name, *args, **kw)
        if done:
            deleted(bucket_name, key_name, version, meta)
        return done, meta

    replace(s3_notifications, _send_event_bridge_message=send)
    replace(s3_models.S3Backend, delete_object=delete_object)
    replace(s3_models.S3Backend, complete_multipart_upload=complete_multipart_upload)
    _check_copies()


def _check_copies() -> None:
    """Give the copy of an object that was uploaded in parts a checksum of its own.

    moto hands the checksum of the parts' checksums on as that of the whole copy, which every
    client that reads it then refuses.
    """

    def copy_object(
        backend: Any, src_key: Any, bucket: str, key: str, *args: Any, **kw: Any
    ) -> None:
        COPY_OBJECT(backend, src_key, bucket, key, *args, **kw)
        copy = backend.get_object(bucket, key)
        if src_key.checksum_type == "COMPOSITE" and copy.checksum_algorithm:
            whole = compute_checksum(copy.value, copy.checksum_algorithm)
            copy.checksum_type, copy.checksum_value = "FULL_OBJECT", whole.decode()

    replace(s3_models.S3Backend, copy_object=copy_object)


def stored_object(account: Account, bucket: str, key: str, version_id: str | None) -> Any:
    """Return an object as moto keeps it, or None."""
    backend = s3_models.s3_backends[account.account_id]["aws"]
    return backend.get_object(bucket, key, version_id=version_id)


def has_event_bridge(account: Account, bucket_name: str) -> bool:
    """Whether a bucket sends its events to EventBridge."""
    backend = s3_models.s3_backends[account.account_id]["aws"]
    found = backend.buckets.get(bucket_name)
    configured = getattr(found, "notification_configuration", None)
    return configured is not None and configured.event_bridge is not None
