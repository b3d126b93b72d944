"""Which keys a call needs, on resources as moto keeps them."""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws
from moto.core.request import Request

from sandbox.access.demands import demands_of
from sandbox.access.facts import Facts
from sandbox.access.guard import Guard
from sandbox.gateway import AwsError, Call, Principal

if TYPE_CHECKING:
    from collections.abc import Iterator

ACCOUNT, REGION = "123456789012", "us-east-1"
OBJECT = {"Bucket": "models", "Key": "churn/model.tar.gz"}
DECRYPT, GENERATE = "kms:Decrypt", "kms:GenerateDataKey"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/taker"


class World:
    """Encrypted things of each service, and a role."""

    def __init__(self) -> None:
        self.facts = Facts(ACCOUNT, REGION)
        self.key = self.client("kms").create_key()["KeyMetadata"]["Arn"]
        self.client("kms").create_alias(AliasName="alias/slipway", TargetKeyId=self.key)
        self._bucket()
        self.client("dynamodb").create_table(
            TableName="ledger",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": self.key},
        )
        encrypted = {"KmsMasterKeyId": "alias/slipway"}
        self.topic = self.client("sns").create_topic(Name="news", Attributes=encrypted)["TopicArn"]
        self.client("sqs").create_queue(QueueName="dead", Attributes=encrypted)

    def client(self, service: str) -> Any:
        return client(service)

    def needs(self, service: str, operation: str, **params: Any) -> list[str]:
        return [d.action for d in self.demands(service, operation, **params) if "kms:" in d.action]

    def demands(self, service: str, operation: str, **params: Any) -> list[Any]:
        return demands_of(call(service, operation, params), self.facts)

    def _bucket(self) -> None:
        s3 = self.client("s3")
        s3.create_bucket(Bucket="models")
        default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": self.key}
        rule = {"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": True}
        s3.put_bucket_encryption(
            Bucket="models", ServerSideEncryptionConfiguration={"Rules": [rule]}
        )
        s3.put_object(**OBJECT, Body=b"x")


@functools.cache
def client(service: str) -> Any:
    """Return a client, which takes long to make, for all tests."""
    credentials = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    return boto3.client(service, region_name=REGION, **credentials)


def call(service: str, operation: str, params: dict[str, Any]) -> Call:
    request = Request.from_primitives("POST", "http://localhost/", {}, b"")
    return Call(service, operation, params, Principal(ROLE, "session"), request)


@pytest.fixture
def world() -> Iterator[World]:
    with mock_aws():
        yield World()


def test_an_object_under_a_customer_key_is_decrypted_for_its_reader(world: World) -> None:
    assert world.needs("s3", "GetObject", **OBJECT) == [DECRYPT]
    assert world.needs("s3", "HeadObject", **OBJECT) == []
    assert world.needs("s3", "HeadObject", **OBJECT, ChecksumMode="ENABLED") == [DECRYPT]
    assert world.needs("s3", "GetObject", **OBJECT | {"Key": "nothing"}) == []


def test_a_writer_needs_a_data_key_and_for_parts_the_one_before(world: World) -> None:
    source = {"CopySource": "models/churn/model.tar.gz"}
    assert world.needs("s3", "PutObject", **OBJECT) == [GENERATE]
    assert world.needs("s3", "PutObject", **OBJECT, ServerSideEncryption="AES256") == []
    assert world.needs("s3", "CreateMultipartUpload", **OBJECT) == [GENERATE]
    assert world.needs("s3", "UploadPart", **OBJECT) == [DECRYPT]
    assert world.needs("s3", "CompleteMultipartUpload", **OBJECT) == [DECRYPT]
    assert world.needs("s3", "CopyObject", **OBJECT, **source) == [DECRYPT, GENERATE]


def test_a_key_is_used_through_the_service_and_for_one_thing(world: World) -> None:
    (demand,) = (d for d in world.demands("s3", "PutObject", **OBJECT) if "kms:" in d.action)
    assert demand.resource == world.key
    assert demand.context["kms:viaservice"] == "s3.us-east-1.amazonaws.com"
    assert demand.context["kms:encryptioncontext:aws:s3:arn"] == "arn:aws:s3:::models"


def test_tables_topics_and_queues(world: World) -> None:
    url = f"http://localhost/{ACCOUNT}/dead"
    assert world.needs("dynamodb", "PutItem", TableName="ledger") == [DECRYPT]
    items = [{"Put": {"TableName": "ledger"}}, {"Delete": {"TableName": "ledger"}}]
    assert world.needs("dynamodb", "TransactWriteItems", TransactItems=items) == [DECRYPT] * 2
    assert world.needs("sns", "Publish", TopicArn=world.topic) == [GENERATE, DECRYPT]
    assert world.needs("sqs", "SendMessage", QueueUrl=url) == [GENERATE, DECRYPT]


def test_endpoints_under_a_key_need_a_grant(world: World) -> None:
    named = {"EndpointName": "churn", "EndpointConfigName": "churn-1"}
    assert world.needs("sagemaker", "CreateEndpoint", **named) == []
    world.facts.keys.key_of_configuration = {"churn-1": world.key}.get
    grant = ["kms:CreateGrant", "kms:DescribeKey"]
    assert world.needs("sagemaker", "CreateEndpoint", **named) == grant
    assert world.needs("sagemaker", "UpdateEndpoint", **named) == grant


def test_a_key_of_awss_own_asks_nothing(world: World) -> None:
    world.client("sns").set_topic_attributes(
        TopicArn=world.topic, AttributeName="KmsMasterKeyId", AttributeValue="alias/aws/sns"
    )
    assert world.needs("sns", "Publish", TopicArn=world.topic) == []


ALLOW: dict[str, Any] = {"Effect": "Allow", "Resource": "*"}
MAY_READ = ALLOW | {"Action": "s3:GetObject"}
VIA_S3 = {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}
VIA_SNS = {"StringEquals": {"kms:ViaService": "sns.us-east-1.amazonaws.com"}}
ROOT = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}


@pytest.mark.parametrize(
    ("identity", "key_policy", "granted"),
    [
        ([MAY_READ], None, False),
        ([MAY_READ, ALLOW | {"Action": DECRYPT}], None, True),
        ([MAY_READ, ALLOW | {"Action": DECRYPT, "Condition": VIA_S3}], None, True),
        ([MAY_READ, ALLOW | {"Action": DECRYPT, "Condition": VIA_SNS}], None, False),
        # The key policy does not hand the key to the account, so what IAM says does not count.
        ([MAY_READ, ALLOW | {"Action": DECRYPT}], {"Principal": {"Service": "s3"}}, False),
        ([MAY_READ], {"Principal": {"AWS": ROLE}}, True),
        ([MAY_READ], {"Principal": {"AWS": ROLE}, "Condition": VIA_SNS}, False),
        ([MAY_READ, ALLOW | {"Action": DECRYPT}], {"Principal": ROOT, "Effect": "Deny"}, False),
    ],
)
def test_a_reader_without_the_key_is_refused(
    world: World, identity: list[Any], key_policy: dict[str, Any] | None, granted: bool
) -> None:
    iam = world.client("iam")
    iam.create_role(RoleName="taker", AssumeRolePolicyDocument="{}")
    document = json.dumps({"Version": "2012-10-17", "Statement": identity})
    iam.put_role_policy(RoleName="taker", PolicyName="take", PolicyDocument=document)
    if key_policy is not None:
        statement = ALLOW | {"Action": "kms:*"} | key_policy
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        world.client("kms").put_key_policy(KeyId=world.key, PolicyName="default", Policy=policy)
    guard = Guard(ACCOUNT, REGION)
    get = call("s3", "GetObject", OBJECT)
    if granted:
        guard.check(get)
    else:
        with pytest.raises(AwsError, match="kms:Decrypt"):
            guard.check(get)
