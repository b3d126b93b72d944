"""The requests and answers that SageMaker captured, in the monitoring bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.adapters.clients import client
from slipway.adapters.faults import passing_faults
from slipway.domain.hosting_requests import CAPTURE_PREFIX
from slipway.domain.replay import CapturedRequest, choose, parse_captures

if TYPE_CHECKING:
    from collections.abc import Iterator

# Of each file only its end is read, and of all files so much: a replay wants the newest requests,
# and a function has little memory.
FILE_BYTES = 4 * 1024 * 1024
ALL_BYTES = 32 * 1024 * 1024
# capture/<endpoint>/<variant>/yyyy/mm/dd/hh/
_LEVELS = 4


class CaptureBucket:
    """Implements Captures.

    Parameters
    ----------
    bucket : str
        The monitoring bucket.
    """

    def __init__(self, bucket: str) -> None:
        self.bucket = bucket

    def latest(self, endpoint: str, variant: str, count: int) -> list[CapturedRequest]:
        """Return the newest requests of users to a variant, the oldest of them first.

        From the newest hour backwards, so that what is listed and read depends on how much is
        wanted and not on how much there is.
        """
        found: list[CapturedRequest] = []
        budget = ALL_BYTES
        for item in self._newest_files(f"{CAPTURE_PREFIX}/{endpoint}/{variant}/"):
            if len(found) >= count or budget <= 0:
                break
            size = min(item["Size"], FILE_BYTES, budget)
            budget -= size
            found += parse_captures(self._end_of(item, size).split("\n"))
        return choose(found, count)

    def _newest_files(self, prefix: str) -> Iterator[dict[str, Any]]:
        for hour in self._folders(prefix, _LEVELS):
            files = [item for item in self._pages(hour, "Contents") if item["Size"]]
            yield from sorted(files, key=lambda item: item["LastModified"], reverse=True)

    def _folders(self, prefix: str, levels: int) -> Iterator[str]:
        if not levels:
            yield prefix
            return
        inner = [each["Prefix"] for each in self._pages(prefix, "CommonPrefixes", Delimiter="/")]
        for folder in sorted(inner, reverse=True):
            yield from self._folders(folder, levels - 1)

    def _pages(self, prefix: str, kind: str, **more: str) -> Iterator[dict[str, Any]]:
        request = {"Bucket": self.bucket, "Prefix": prefix, **more}
        while True:
            with passing_faults():
                page = client("s3").list_objects_v2(**request)
            yield from page.get(kind, [])
            if not page.get("IsTruncated"):
                return
            request["ContinuationToken"] = page["NextContinuationToken"]

    def _end_of(self, item: dict[str, Any], size: int) -> str:
        # The first line may be cut; the parser leaves it out.
        span = f"bytes={item['Size'] - size}-{item['Size'] - 1}"
        with passing_faults():
            answer = client("s3").get_object(Bucket=self.bucket, Key=item["Key"], Range=span)
            return str(answer["Body"].read().decode("utf-8", "replace"))
