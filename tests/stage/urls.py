"""Requests to function URLs, signed as an IAM principal of the account signs them."""

from __future__ import annotations

import urllib.error
import urllib.request
from typing import TYPE_CHECKING
from urllib.parse import urlparse

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from sandbox.gateway import ADMIN

if TYPE_CHECKING:
    from sandbox.account import Account
    from sandbox.gateway import Principal


def call_url(
    account: Account, url: str, principal: Principal = ADMIN, *, signed: bool = True
) -> tuple[int, str]:
    """Call a function URL and return status and body.

    The name of its host leads to no machine here, so the request goes to the sandbox's port.
    """
    parts = urlparse(url)
    request = AWSRequest("POST", url, data=b"", headers={"Host": parts.netloc})
    if signed:
        keys = account.credentials(principal)
        credentials = Credentials(keys["AWS_ACCESS_KEY_ID"], keys["AWS_SECRET_ACCESS_KEY"])
        SigV4Auth(credentials, "lambda", account.region).add_auth(request)
    local = urllib.request.Request(
        f"{account.url}{parts.path}?{parts.query}",
        data=b"",
        headers=dict(request.headers),
        method="POST",
    )
    try:
        with urllib.request.urlopen(local) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
