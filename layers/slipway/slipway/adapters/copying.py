"""Large objects within S3: copied by S3 itself, or uploaded part by part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

from slipway.adapters.clients import client
from slipway.adapters.faults import passing_faults

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from slipway.domain.release import Drop

# S3 copies at most 5 GiB in one request; parts of this size reach 5 TB within 10,000 parts.
SINGLE_COPY_BYTES = 5 * 1024**3
COPY_PART_BYTES = 512 * 1024**2
UPLOAD_PART_BYTES = 16 * 1024**2

Part = dict[str, Any]


def copy_version(drop: Drop, bucket: str, key: str, metadata: dict[str, str]) -> None:
    """Copy the pinned object version; the bytes do not pass through this function."""
    source = {"Bucket": drop.bucket, "Key": drop.key, "VersionId": drop.version_id}
    with passing_faults():
        head = client("s3").head_object(**source)
        if head["ContentLength"] <= SINGLE_COPY_BYTES:
            _copy_at_once(source, bucket, key, metadata)
        else:
            _copy_in_parts(source, head["ContentLength"], bucket, key, metadata)


def upload_stream(body: BinaryIO, bucket: str, key: str) -> None:
    """Upload a stream of unknown length, holding one part in memory."""
    with passing_faults():
        _in_parts(bucket, key, {}, lambda common: _uploaded_parts(body, common))


def _copy_at_once(source: Part, bucket: str, key: str, metadata: dict[str, str]) -> None:
    client("s3").copy_object(
        Bucket=bucket,
        Key=key,
        CopySource=source,
        Metadata=metadata,
        MetadataDirective="REPLACE",
        # Tags stay behind: copying them takes rights on tags, and they say nothing about the bytes.
        TaggingDirective="REPLACE",
    )


def _copy_in_parts(
    source: Part, size: int, bucket: str, key: str, metadata: dict[str, str]
) -> None:
    def copied(common: Part) -> Iterator[Part]:
        for number, start in enumerate(range(0, size, COPY_PART_BYTES), start=1):
            span = f"bytes={start}-{min(start + COPY_PART_BYTES, size) - 1}"
            answer = client("s3").upload_part_copy(
                **common, CopySource=source, CopySourceRange=span, PartNumber=number
            )
            yield {"PartNumber": number, "ETag": answer["CopyPartResult"]["ETag"]}

    _in_parts(bucket, key, metadata, copied)


def _uploaded_parts(body: BinaryIO, common: Part) -> Iterator[Part]:
    number = 1
    while chunk := body.read(UPLOAD_PART_BYTES):
        answer = client("s3").upload_part(**common, PartNumber=number, Body=chunk)
        yield {"PartNumber": number, "ETag": answer["ETag"]}
        number += 1


def _in_parts(
    bucket: str, key: str, metadata: dict[str, str], parts: Callable[[Part], Iterator[Part]]
) -> None:
    place = {"Bucket": bucket, "Key": key}
    upload = client("s3").create_multipart_upload(**place, Metadata=metadata)["UploadId"]
    common = {**place, "UploadId": upload}
    try:
        done = list(parts(common))
        client("s3").complete_multipart_upload(**common, MultipartUpload={"Parts": done})
    except BaseException:
        # Parts of an unfinished upload are invisible and paid for.
        client("s3").abort_multipart_upload(**common)
        raise
