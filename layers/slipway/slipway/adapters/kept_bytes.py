"""Whether an object of S3 holds the bytes of a digest: its name alone says nothing."""

from __future__ import annotations

import base64
import hashlib
from contextlib import closing
from typing import TYPE_CHECKING, cast

from slipway.adapters.clients import client
from slipway.adapters.copying import stored_copy
from slipway.adapters.faults import code_of, passing_faults

if TYPE_CHECKING:
    from typing import BinaryIO

    from slipway.ports import StoredCopy

_MISSING = frozenset({"404", "NoSuchKey", "NotFound"})
_CHUNK = 1 << 20


def kept_copy(bucket: str, key: str, sha256: str, *, read: bool = True) -> StoredCopy | None:
    """Return which version holds these bytes; None if there is none, or it holds others.

    S3 has computed its checksum itself. What has none of the whole object, because it was copied
    in parts or somebody else has put it there, is read, or left if it may not be.
    """
    from botocore.exceptions import ClientError

    try:
        with passing_faults():
            head = client("s3").head_object(Bucket=bucket, Key=key, ChecksumMode="ENABLED")
            known = head.get("ChecksumSHA256", "")
            if not known or "-" in known:
                return _read(bucket, key, sha256) if read else None
    except ClientError as error:
        if code_of(error) in _MISSING:
            return None
        raise
    return stored_copy(head) if base64.b64decode(known).hex() == sha256 else None


def _read(bucket: str, key: str, sha256: str) -> StoredCopy | None:
    found = client("s3").get_object(Bucket=bucket, Key=key)
    digest = hashlib.sha256()
    with closing(cast("BinaryIO", found["Body"])) as body:
        while data := body.read(_CHUNK):
            digest.update(data)
    return stored_copy(found) if digest.hexdigest() == sha256 else None
