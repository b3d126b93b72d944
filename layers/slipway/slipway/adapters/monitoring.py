"""The monitoring bucket: what others write there, and what runs keep there."""

from __future__ import annotations

from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Any

from slipway.adapters.clients import client
from slipway.adapters.faults import code_of, passing_faults
from slipway.domain.drift.files import FoundFile
from slipway.errors import FileGone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PIECE = 1024 * 1024
# So much of a list is held in memory while it is written.
SPOOLED = 8 * PIECE
_GONE = frozenset({"404", "NoSuchKey", "NoSuchVersion", "NotFound", "InvalidRange", "416"})


class MonitoringBucket:
    """Implements CaptureFiles, Shelf and BaselineShelf.

    Parameters
    ----------
    bucket : str
        The monitoring bucket; it encrypts with the stack's key by itself.
    """

    def __init__(self, bucket: str) -> None:
        self.bucket = bucket

    def list_from(self, folder: str, first_key: str = "") -> Iterator[FoundFile]:
        """Give the files of a folder from a key on, in the order of keys."""
        request: dict[str, Any] = {"Bucket": self.bucket, "Prefix": folder}
        if first_key:
            # It is a folder, and no file is called so: nothing is left out.
            request["StartAfter"] = first_key
        while True:
            with passing_faults():
                page = client("s3").list_objects_v2(**request)
            for each in page.get("Contents", []):
                modified = each["LastModified"]
                yield FoundFile(each["Key"], each["Size"], each["ETag"].strip('"'), modified)
            if not page.get("IsTruncated"):
                return
            request["ContinuationToken"] = page["NextContinuationToken"]

    def read_part(self, key: str, start: int, end: int) -> Iterator[bytes]:
        """Give the bytes from `start` up to `end` in pieces; raise FileGone without them."""
        yield from _pieces(Bucket=self.bucket, Key=key, Range=f"bytes={start}-{end - 1}")

    def uri(self, key: str) -> str:
        """Return the S3 URI of a key."""
        return f"s3://{self.bucket}/{key}"

    def put(self, key: str, content: bytes, content_type: str = "application/json") -> str:
        """Write a file in place of an earlier one; return its S3 URI."""
        request = {"Key": key, "Body": content, "ContentType": content_type}
        with passing_faults():
            client("s3").put_object(Bucket=self.bucket, **request)
        return self.uri(key)

    def get(self, key: str) -> bytes | None:
        """Return a file; None if there is none."""
        try:
            return b"".join(_pieces(Bucket=self.bucket, Key=key))
        except FileGone:
            return None

    def remove(self, key: str) -> None:
        """Delete a file; one that is gone is no error."""
        with passing_faults():
            client("s3").delete_object(Bucket=self.bucket, Key=key)

    def has(self, key: str) -> bool:
        """Tell whether there is a file."""
        try:
            with _found(key):
                client("s3").head_object(Bucket=self.bucket, Key=key)
        except FileGone:
            return False
        return True

    def put_lines(self, key: str, lines: Iterable[bytes]) -> None:
        """Write a file line by line, however many there are."""
        with SpooledTemporaryFile(max_size=SPOOLED) as spool:
            spool.writelines(lines)
            spool.seek(0)
            with passing_faults():
                client("s3").put_object(Bucket=self.bucket, Key=key, Body=spool)

    def lines(self, key: str) -> Iterator[bytes]:
        """Give a file's lines; raise FileGone without it."""
        rest = b""
        for piece in _pieces(Bucket=self.bucket, Key=key):
            *whole, rest = (rest + piece).split(b"\n")
            yield from whole
        if rest:
            yield rest


class ModelFiles:
    """Implements SideFiles.

    Parameters
    ----------
    bucket : str
        The artifact bucket.
    """

    def __init__(self, bucket: str) -> None:
        self.bucket = bucket

    def uri(self, key: str) -> str:
        """Return the S3 URI of a key."""
        return f"s3://{self.bucket}/{key}"

    def version_of(self, key: str) -> str | None:
        """Return the version that lies there; None without one."""
        try:
            with _found(key):
                head = client("s3").head_object(Bucket=self.bucket, Key=key)
        except FileGone:
            return None
        return str(head.get("VersionId", "null"))

    def pieces(self, key: str, version_id: str) -> Iterator[bytes]:
        """Give the bytes of a version in pieces; raise FileGone without it."""
        yield from _pieces(Bucket=self.bucket, Key=key, VersionId=version_id)


def _pieces(**request: str) -> Iterator[bytes]:
    with _found(request["Key"]):
        yield from client("s3").get_object(**request)["Body"].iter_chunks(PIECE)


@contextmanager
def _found(key: str) -> Iterator[None]:
    from botocore.exceptions import ClientError

    try:
        with passing_faults():
            yield
    except ClientError as error:
        if code_of(error) not in _GONE:
            raise
        raise FileGone(f"{key} no longer exists, or is shorter than it was") from error
