"""The one place where AWS clients are made, each when it is first needed."""

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def client(service: str) -> Any:
    """Return the client of a service; clients are thread-safe and kept between invocations.

    Parameters
    ----------
    service : str
        botocore's name of it, such as ``sagemaker-runtime``.
    """
    # Imported here: boto3 is most of a cold start, and some invocations need no client.
    import boto3
    from botocore.config import Config

    retries = {"mode": "standard", "total_max_attempts": 5}
    return boto3.client(service, config=Config(retries=retries, connect_timeout=5, read_timeout=65))


def forget_clients() -> None:
    """Drop all clients: the account or the endpoint behind them changed."""
    client.cache_clear()
