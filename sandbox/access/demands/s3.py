"""S3, and the keys that objects are encrypted under.

Source for keys: AWS Knowledge Center, "s3-large-file-encryption-kms-key": GenerateDataKey to begin
an upload, Decrypt for its parts and to put them together; "decrypt-kms-encrypted-objects-s3":
Decrypt to read. API_HeadObject: Decrypt only where the checksum is asked for. API_GetObject,
API_HeadObject: what is not there is 404 only for who may list the bucket, and 403 for others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.access.demands.making import Maker, Makers, Params, simple, use_key
from sandbox.access.policies import Demand

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.access.facts import Facts


def _object(_facts: Facts, params: Params) -> str:
    return f"arn:aws:s3:::{params['Bucket']}/{params['Key']}"


def _see_object(facts: Facts, params: Params) -> Iterator[Demand]:
    action = "s3:GetObjectVersion" if params.get("VersionId") else "s3:GetObject"
    yield Demand(action, _object(facts, params), {})
    if facts.keys.lacks(params):
        yield Demand("s3:ListBucket", f"arn:aws:s3:::{params['Bucket']}", {})
    if params.get("ChecksumMode") == "ENABLED":
        yield from _decrypt(facts, params)


def _get_object(facts: Facts, params: Params) -> Iterator[Demand]:
    yield from _see_object(facts, {**params, "ChecksumMode": None})
    yield from _decrypt(facts, params)


def _delete_object(facts: Facts, params: Params) -> Iterator[Demand]:
    action = "s3:DeleteObjectVersion" if params.get("VersionId") else "s3:DeleteObject"
    yield Demand(action, _object(facts, params), {})


def _delete_objects(facts: Facts, params: Params) -> Iterator[Demand]:
    """Yield what each needs; S3 would refuse them one by one, the sandbox refuses the call."""
    for each in params["Delete"]["Objects"]:
        yield from _delete_object(facts, {"Bucket": params["Bucket"], **each})


def _write(facts: Facts, params: Params) -> Iterator[Demand]:
    yield Demand("s3:PutObject", _object(facts, params), {})
    if params.get("Tagging"):
        yield Demand("s3:PutObjectTagging", _object(facts, params), {})


def _put_object(facts: Facts, params: Params) -> Iterator[Demand]:
    yield from _write(facts, params)
    yield from use_key(facts, "s3", facts.keys.of_new_object(params), "GenerateDataKey")


def _continue_upload(facts: Facts, params: Params) -> Iterator[Demand]:
    yield from _write(facts, params)
    yield from use_key(facts, "s3", facts.keys.of_new_object(params), "Decrypt")


def _copy_object(facts: Facts, params: Params) -> Iterator[Demand]:
    yield from _get_object(facts, _source(params))
    yield from _put_object(facts, params)


def _copy_part(facts: Facts, params: Params) -> Iterator[Demand]:
    yield from _get_object(facts, _source(params))
    yield from _continue_upload(facts, params)


def _source(params: Params) -> Params:
    source, _, query = str(params["CopySource"]).partition("?")
    bucket, _, key = source.lstrip("/").partition("/")
    version = {"VersionId": query.removeprefix("versionId=")} if query else {}
    return {"Bucket": bucket, "Key": key, **version}


def _decrypt(facts: Facts, params: Params) -> Iterator[Demand]:
    return use_key(facts, "s3", facts.keys.of_object(params), "Decrypt")


def _listing(action: str) -> Maker:
    def make(_facts: Facts, params: Params) -> Iterator[Demand]:
        context = {"s3:prefix": params.get("Prefix", "")}
        yield Demand(f"s3:{action}", f"arn:aws:s3:::{params['Bucket']}", context)

    return make


MAKERS: Makers = {
    ("s3", "GetObject"): _get_object,
    ("s3", "HeadObject"): _see_object,
    ("s3", "GetObjectAttributes"): _get_object,
    ("s3", "PutObject"): _put_object,
    ("s3", "CopyObject"): _copy_object,
    ("s3", "CreateMultipartUpload"): _put_object,
    ("s3", "UploadPart"): _continue_upload,
    ("s3", "UploadPartCopy"): _copy_part,
    ("s3", "CompleteMultipartUpload"): _continue_upload,
    ("s3", "AbortMultipartUpload"): simple("s3", "AbortMultipartUpload", _object),
    ("s3", "DeleteObject"): _delete_object,
    ("s3", "DeleteObjects"): _delete_objects,
    ("s3", "GetObjectTagging"): simple("s3", "GetObjectTagging", _object),
    ("s3", "PutObjectTagging"): simple("s3", "PutObjectTagging", _object),
    ("s3", "ListObjectsV2"): _listing("ListBucket"),
    ("s3", "ListObjects"): _listing("ListBucket"),
    ("s3", "HeadBucket"): _listing("ListBucket"),
    ("s3", "ListObjectVersions"): _listing("ListBucketVersions"),
}
