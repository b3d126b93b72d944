"""Artifacts and the small files beside them, in S3."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from slipway.adapters.clients import client
from slipway.adapters.copying import copy_version, stored_copy
from slipway.adapters.faults import code_of, passing_faults
from slipway.adapters.kept_bytes import kept_copy
from slipway.adapters.staging import StagedObject
from slipway.domain.naming import accepted_key, quarantine_key, staging_key
from slipway.domain.sender import claimed_sender
from slipway.errors import DropGone, DropUnreadable, TextTooLarge
from slipway.ports import StoredArrival, StoredCopy, StoredText

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slipway.adapters.copying import Versioned
    from slipway.domain.release import Drop

# endpoint.yaml and smoke.jsonl are small; what is larger is none.
MAX_TEXT_BYTES = 1_048_576
REASON_LIMIT = 1000
_FORBIDDEN = frozenset({"403", "AccessDenied"})
_MISSING = frozenset({"404", "NoSuchKey", "NoSuchVersion", "NotFound"})


class S3Artifacts:
    """Implements DropStore, TextStore, ArtifactStore and AcceptedStore.

    Parameters
    ----------
    bucket : str
        The artifact bucket.
    """

    def __init__(self, bucket: str) -> None:
        self.bucket = bucket

    def arrival_of(self, drop: Drop) -> StoredArrival:
        """Return when it arrived, and of whom; raise DropGone or DropUnreadable."""
        from botocore.exceptions import ClientError

        try:
            head = _found("head_object", drop.bucket, drop.key, drop.version_id)
        except ClientError as error:
            raise DropUnreadable(
                f"S3 does not show {drop.key} ({code_of(error)}): if it is encrypted under another "
                "key than the stack's, drop it again without one"
            ) from error
        if head is None:
            raise DropGone(f"{drop.key} in version {drop.version_id} no longer exists")
        at = head["LastModified"].astimezone(UTC).isoformat()
        return StoredArrival(str(at), claimed_sender(head.get("Metadata", {})))

    def version_of(self, key: str) -> str | None:
        """Return the version that lies there; None without one, empty if S3 does not show it."""
        from botocore.exceptions import ClientError

        try:
            head = _found("head_object", self.bucket, key, "")
        except ClientError as error:
            # Whoever reads it is told why.
            if code_of(error) in _FORBIDDEN:
                return ""
            raise
        return str(head.get("VersionId", "null")) if head else None

    def read_text(self, key: str, version_id: str = "") -> StoredText | None:
        """Return the file, or None if there is none; raise TextTooLarge."""
        found = _found("get_object", self.bucket, key, version_id)
        if found is None:
            return None
        if found["ContentLength"] > MAX_TEXT_BYTES:
            raise TextTooLarge(f"{key} is larger than {MAX_TEXT_BYTES // 1024} KiB")
        return StoredText(found["Body"].read(), found.get("VersionId", ""))

    def open_drop(self, drop: Drop) -> BinaryIO:
        """Open the pinned object version as a stream."""
        found = _found("get_object", drop.bucket, drop.key, drop.version_id)
        if found is None:
            raise DropGone(f"{drop.key} in version {drop.version_id} no longer exists")
        return cast("BinaryIO", found["Body"])

    def accept(self, drop: Drop, sha256: str) -> StoredCopy:
        """Copy the pinned bytes to `accepted/<sha256>/model.tar.gz`, unless they are there."""
        return self._accept(drop, sha256, drop.key)

    @contextmanager
    def staging(self, drop: Drop) -> Iterator[StagedObject]:
        """Open a place for other bytes than the dropped ones; what is not kept is removed."""

        def accept(source: Versioned, sha256: str) -> StoredCopy:
            return self._accept(source, sha256, drop.key)

        stage = StagedObject(self.bucket, staging_key(drop.release), accept)
        try:
            yield stage
        finally:
            stage.remove()

    def accepted_uri(self, sha256: str) -> str:
        """Return the S3 URI of accepted bytes."""
        return f"s3://{self.bucket}/{accepted_key(sha256)}"

    def _accept(self, source: Versioned, sha256: str, origin: str) -> StoredCopy:
        key = accepted_key(sha256)
        if copy := kept_copy(self.bucket, key, sha256):
            return copy
        # What is not there, or is not these bytes whoever has put it there, is written.
        made = copy_version(source, self.bucket, key, {"origin": origin})
        # Another release may have written the same bytes meanwhile: both mean the last version.
        return kept_copy(self.bucket, key, sha256, read=False) or made

    def quarantine(self, drop: Drop, reason: str) -> str:
        """Copy a malicious artifact to `quarantine/`, the reason as metadata; return the S3 URI."""
        key = quarantine_key(drop.release)
        # Metadata travels in HTTP headers: ASCII, 2 KB for all of it.
        words = " ".join(reason.split()).encode("ascii", "replace").decode()
        copy_version(drop, self.bucket, key, {"origin": drop.key, "reason": words[:REASON_LIMIT]})
        return f"s3://{self.bucket}/{key}"

    def discard(self, uri: str) -> None:
        """Remove an accepted artifact that nothing refers to."""
        prefix = f"s3://{self.bucket}/accepted/"
        if not uri.startswith(prefix):
            raise ValueError(f"{uri} is not below {prefix}: only accepted copies may be removed")
        with passing_faults():
            client("s3").delete_object(
                Bucket=self.bucket, Key=uri.removeprefix(f"s3://{self.bucket}/")
            )


class AcceptedCopies:
    """Implements AcceptedReader."""

    def copy_of(self, uri: str) -> StoredCopy | None:
        """Return which bytes lie there; None if there are none, or none that may be read."""
        from botocore.exceptions import ClientError

        bucket, _, key = uri.removeprefix("s3://").partition("/")
        try:
            head = _found("head_object", bucket, key, "")
        except ClientError as error:
            # Whoever may not list the bucket is not told that something is missing.
            if code_of(error) in _FORBIDDEN:
                return None
            raise
        return stored_copy(head) if head else None


def _found(operation: str, bucket: str, key: str, version_id: str) -> dict[str, Any] | None:
    from botocore.exceptions import ClientError

    request = {"Bucket": bucket, "Key": key} | ({"VersionId": version_id} if version_id else {})
    try:
        with passing_faults():
            return cast("dict[str, Any]", getattr(client("s3"), operation)(**request))
    except ClientError as error:
        if code_of(error) in _MISSING:
            return None
        raise
