"""Release reports in the monitoring bucket."""

from __future__ import annotations

from slipway.adapters.clients import client
from slipway.adapters.faults import message_of, passing_faults
from slipway.errors import ReportRefused


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
        from botocore.exceptions import ClientError

        key = f"reports/{endpoint}/releases/{release}.html"
        try:
            with passing_faults():
                client("s3").put_object(
                    Bucket=self.bucket,
                    Key=key,
                    Body=page.encode(),
                    ContentType="text/html; charset=utf-8",
                )
        except ClientError as error:
            raise ReportRefused(f"S3 does not take {key}: {message_of(error)}") from error
        return f"s3://{self.bucket}/{key}"
