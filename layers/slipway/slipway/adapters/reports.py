"""Release reports in the monitoring bucket."""

from __future__ import annotations

from slipway.adapters.clients import client
from slipway.adapters.faults import passing_faults


class ReportBucket:
    """Implements Reports.

    Parameters
    ----------
    bucket : str
        The monitoring bucket; it encrypts with the stack's key by itself.
    """

    def __init__(self, bucket: str) -> None:
        self.bucket = bucket

    def publish(self, endpoint: str, release: str, page: str) -> str:
        """Store a release's report in place of an earlier one; return its S3 URI."""
        key = f"reports/{endpoint}/releases/{release}.html"
        with passing_faults():
            client("s3").put_object(
                Bucket=self.bucket,
                Key=key,
                Body=page.encode(),
                ContentType="text/html; charset=utf-8",
            )
        return f"s3://{self.bucket}/{key}"
