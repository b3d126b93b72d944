"""Which customer keys protect buckets, objects, tables, topics, queues and endpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from moto.dynamodb.models import dynamodb_backends
from moto.kms.models import kms_backends
from moto.s3.models import s3_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

if TYPE_CHECKING:
    from collections.abc import Callable

_AWS_MANAGED = "alias/aws/"


class Protection(NamedTuple):
    """A key, and the encryption context under which a service uses it."""

    key: str
    context: dict[str, str]


class Keys:
    """Looks keys up in moto's state: attributes and dictionaries, no calls.

    Attributes
    ----------
    key_of_configuration, key_of_endpoint
        Return the key of the volumes that an endpoint configuration, or the one in use, names.
    """

    def __init__(self, account: str, region: str) -> None:
        self._account = account
        self._region = region
        self.key_of_configuration: Callable[[str], str | None] = lambda _name: None
        self.key_of_endpoint: Callable[[str], str | None] = lambda _name: None

    def policy(self, arn: str) -> str | None:
        """Return a key's policy."""
        key = self._kms.keys.get(arn.rpartition("/")[2])
        return None if key is None else str(key.policy)

    def of_new_object(self, params: dict[str, Any]) -> Protection | None:
        """Return what an object will be encrypted under: what the request says, or its bucket."""
        if params.get("ServerSideEncryption") == "AES256":
            return None
        return self._in_bucket(params["Bucket"], params["Key"], params.get("SSEKMSKeyId"))

    def lacks(self, params: dict[str, Any]) -> bool:
        """Tell whether a bucket that is there has no such object, or not in this version."""
        bucket = params["Bucket"]
        wanted = self._stored(bucket, params["Key"], params.get("VersionId"))
        return wanted is None and self._bucket(bucket) is not None

    def of_object(self, params: dict[str, Any]) -> Protection | None:
        """Return what a stored object is encrypted under; None if there is none."""
        stored = self._stored(params["Bucket"], params["Key"], params.get("VersionId"))
        if stored is None:
            return None
        return self._in_bucket(params["Bucket"], params["Key"], stored.kms_key_id)

    def of_table(self, name: str) -> Protection | None:
        """Return the key of a table, whose context names table and account."""
        name = name.rpartition("/")[2]
        table = dynamodb_backends[self._account][self._region].tables.get(name)
        found = (table.sse_specification or {}).get("KMSMasterKeyId") if table else None
        context = {"aws:dynamodb:tableName": name, "aws:dynamodb:subscriberId": self._account}
        return self._customer_key(found, context)

    def leading_key(self, name: str) -> str:
        """Return which attribute a table is partitioned by; empty without such a table."""
        table = dynamodb_backends[self._account][self._region].tables.get(name.rpartition("/")[2])
        return str(table.hash_key_attr) if table else ""

    def of_topic(self, arn: str) -> Protection | None:
        """Return the key of a topic."""
        topic: Any = sns_backends[self._account][self._region].topics.get(arn)
        return self._customer_key(topic and topic.kms_master_key_id, {"aws:sns:topicArn": arn})

    def of_queue(self, arn: str) -> Protection | None:
        """Return the key of a queue."""
        queue: Any = sqs_backends[self._account][self._region].queues.get(arn.rpartition(":")[2])
        return self._customer_key(queue and queue.kms_master_key_id, {"aws:sqs:arn": arn})

    def of_configuration(self, name: str) -> Protection | None:
        """Return the key of an endpoint configuration's volumes."""
        return self._customer_key(self.key_of_configuration(name), {})

    def of_endpoint(self, name: str) -> Protection | None:
        """Return the key of an endpoint's volumes."""
        return self._customer_key(self.key_of_endpoint(name), {})

    @property
    def _kms(self) -> Any:
        return kms_backends[self._account][self._region]

    def _bucket(self, name: str) -> Any:
        return s3_backends[self._account]["aws"].buckets.get(name)

    def _stored(self, bucket: str, name: str, version: str | None) -> Any:
        found = self._bucket(bucket)
        versions = found.keys.getlist(name, default=[]) if found else []
        wanted = [v for v in versions if version in (None, str(v.version_id))]
        return wanted[-1] if wanted and hasattr(wanted[-1], "kms_key_id") else None

    def _in_bucket(self, bucket: str, name: str, named: str | None) -> Protection | None:
        found = self._bucket(bucket)
        rule = found.encryption["Rule"] if found and found.encryption else {}
        default = rule.get("ApplyServerSideEncryptionByDefault", {}).get("KMSMasterKeyID")
        arn = f"arn:aws:s3:::{bucket}"
        # With a bucket key, S3 names the bucket in the context instead of each object.
        if str(rule.get("BucketKeyEnabled", "")).lower() != "true":
            arn += f"/{name}"
        return self._customer_key(named or default, {"aws:s3:arn": arn})

    def _customer_key(self, named: str | None, context: dict[str, str]) -> Protection | None:
        """Return a customer key by any of its names; AWS's own keys ask nothing of the caller."""
        if not named or _AWS_MANAGED in named:
            return None
        key = self._kms.keys.get(self._kms.any_id_to_key_id(named))
        if key is None:  # Nobody can be allowed to use a key that does not exist.
            return Protection(f"arn:aws:kms:{self._region}:{self._account}:{named}", context)
        if any(alias.startswith(_AWS_MANAGED) for alias in key.aliases):
            return None
        return Protection(str(key.arn), context)
