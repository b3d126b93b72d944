"""Large objects within S3: copied by S3 itself, or uploaded part by part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from slipway.adapters.clients import client
from slipway.adapters.faults import passing_faults
from slipway.ports import StoredCopy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# S3 copies at most 5 GiB in one request; parts of this size reach 5 TB within 10,000 parts.
SINGLE_COPY_BYTES = 5 * 1024**3
COPY_PART_BYTES = 512 * 1024**2
UPLOAD_PART_BYTES = 16 * 1024**2

Part = dict[str, Any]


class Versioned(Protocol):
    """A version of an object."""

    @property
    def bucket(self) -> str:
        """Its bucket."""

    @property
    def key(self) -> str:
        """Its key."""

    @property
    def version_id(self) -> str:
        """Its version."""


def copy_version(origin: Versioned, bucket: str, key: str, metadata: dict[str, str]) -> StoredCopy:
    """Copy the pinned object version; the bytes do not pass through this function.

    Returns
    -------
    StoredCopy
        What S3 has made of it, with a checksum of its own where that covers the whole object.
    """
    source = {"Bucket": origin.bucket, "Key": origin.key, "VersionId": origin.version_id}
    with passing_faults():
        head = client("s3").head_object(**source)
        if head["ContentLength"] <= SINGLE_COPY_BYTES:
            return _copy_at_once(source, bucket, key, metadata)
        return _copy_in_parts(source, head["ContentLength"], bucket, key, metadata)


def stored_copy(answer: Mapping[str, Any]) -> StoredCopy:
    """Return which version of an object S3 speaks of."""
    return StoredCopy(str(answer.get("VersionId", "")), str(answer["ETag"]))


class PartWriter:
    """Uploads what is written, holding one part in memory; nothing is visible before the end.

    Parameters
    ----------
    bucket, key : str
        Where the object will be.
    """

    def __init__(self, bucket: str, key: str) -> None:
        self._buffer = bytearray()
        self._parts: list[Part] = []
        place = {"Bucket": bucket, "Key": key}
        with passing_faults():
            upload = client("s3").create_multipart_upload(**place)["UploadId"]
        self._common = {**place, "UploadId": upload}

    def write(self, data: bytes, /) -> int:
        """Take the data; upload a part when there is enough for one."""
        self._buffer += data
        if len(self._buffer) >= UPLOAD_PART_BYTES:
            self._upload()
        return len(data)

    def complete(self) -> str:
        """Make the object visible; return its version id."""
        self._upload()
        with passing_faults():
            answer = client("s3").complete_multipart_upload(
                **self._common, MultipartUpload={"Parts": self._parts}
            )
        return str(answer.get("VersionId", ""))

    def abort(self) -> None:
        """Give up: parts of an unfinished upload are invisible and paid for."""
        with passing_faults():
            client("s3").abort_multipart_upload(**self._common)

    def _upload(self) -> None:
        number = len(self._parts) + 1
        with passing_faults():
            answer = client("s3").upload_part(
                **self._common, PartNumber=number, Body=bytes(self._buffer)
            )
        self._parts.append({"PartNumber": number, "ETag": answer["ETag"]})
        self._buffer.clear()


def _copy_at_once(source: Part, bucket: str, key: str, metadata: dict[str, str]) -> StoredCopy:
    answer = client("s3").copy_object(
        Bucket=bucket,
        Key=key,
        CopySource=source,
        Metadata=metadata,
        MetadataDirective="REPLACE",
        # Tags stay behind: copying them takes rights on tags, and they say nothing about the bytes.
        TaggingDirective="REPLACE",
        ChecksumAlgorithm="SHA256",
    )
    return StoredCopy(str(answer.get("VersionId", "")), str(answer["CopyObjectResult"]["ETag"]))


def _copy_in_parts(
    source: Part, size: int, bucket: str, key: str, metadata: dict[str, str]
) -> StoredCopy:
    place = {"Bucket": bucket, "Key": key}
    upload = client("s3").create_multipart_upload(**place, Metadata=metadata)["UploadId"]
    common = {**place, "UploadId": upload}
    try:
        parts = list(_copied_parts(source, size, common))
        answer = client("s3").complete_multipart_upload(**common, MultipartUpload={"Parts": parts})
    except BaseException:
        # Parts of an unfinished upload are invisible and paid for.
        client("s3").abort_multipart_upload(**common)
        raise
    return stored_copy(answer)


def _copied_parts(source: Part, size: int, common: Part) -> Iterator[Part]:
    for number, start in enumerate(range(0, size, COPY_PART_BYTES), start=1):
        span = f"bytes={start}-{min(start + COPY_PART_BYTES, size) - 1}"
        answer = client("s3").upload_part_copy(
            **common, CopySource=source, CopySourceRange=span, PartNumber=number
        )
        yield {"PartNumber": number, "ETag": answer["CopyPartResult"]["ETag"]}
