"""Asks a target whether a service may use it, as AWS asks before it delivers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from sandbox.events.failures import DeliveryFailed
from sandbox.events.policies import ServiceCall, allows

if TYPE_CHECKING:
    from sandbox.account import Account


class Permissions:
    """Reads the policies of targets through the account's own APIs."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def require_function(self, arn: str, service: str, context: dict[str, str]) -> None:
        """Refuse a function whose policy does not let the service invoke it."""
        try:
            policy = self._account.client("lambda").get_policy(FunctionName=arn)["Policy"]
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
            policy = None
        self._require(policy, service, "lambda:InvokeFunction", arn, context)

    def require_queue(self, arn: str, service: str, context: dict[str, str]) -> str:
        """Refuse a queue (or its key) that does not let the service send; return its URL."""
        sqs = self._account.client("sqs")
        url = str(sqs.get_queue_url(QueueName=arn.rpartition(":")[2])["QueueUrl"])
        wanted = ["Policy", "KmsMasterKeyId"]
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=wanted)
        found = attributes.get("Attributes", {})
        self._require(found.get("Policy"), service, "sqs:SendMessage", arn, context)
        # SQS asks for the sender, who names no source to KMS. kms:ViaService is described for calls
        # that a service makes for an IAM principal: whether a service's own have it is not known.
        used = {"kms:encryptioncontext:aws:sqs:arn": arn}
        self._require_key(found.get("KmsMasterKeyId"), service, used)
        return url

    def require_topic(self, arn: str, service: str, context: dict[str, str]) -> None:
        """Refuse a topic (or its key) that does not let the service publish."""
        found = self._account.client("sns").get_topic_attributes(TopicArn=arn)["Attributes"]
        self._require(found.get("Policy"), service, "sns:Publish", arn, context)
        self._require_key(found.get("KmsMasterKeyId"), service, context)

    def require_log_group(self, arn: str, service: str, context: dict[str, str]) -> None:
        """Refuse a log group for which no resource policy lets the service write."""
        logs = self._account.client("logs")
        policies = logs.describe_resource_policies().get("resourcePolicies", [])
        stream = f"{arn.removesuffix(':*')}:log-stream:x"
        call = ServiceCall(f"{service}.amazonaws.com", "logs:PutLogEvents", stream, context)
        if not any(allows(policy["policyDocument"], call) for policy in policies):
            raise _refused(service, "logs:PutLogEvents", arn)

    def require_role(self, arn: str | None, service: str, context: dict[str, str]) -> str:
        """Refuse a role that does not exist or does not trust the service; return its ARN."""
        if not arn:
            raise DeliveryFailed("NO_PERMISSIONS", "The target has no RoleArn to act as.")
        role = self._account.client("iam").get_role(RoleName=arn.rpartition("/")[2])["Role"]
        trust = role["AssumeRolePolicyDocument"]
        self._require(trust, service, "sts:AssumeRole", arn, context)
        return arn

    def _require_key(self, key: str | None, service: str, context: dict[str, str]) -> None:
        """Require the key policy; AWS's own keys (alias/aws/…) never let another service in."""
        if not key:
            return
        if key.startswith("alias/aws/"):
            raise _refused(service, "kms:GenerateDataKey", key)
        kms = self._account.client("kms")
        arn = kms.describe_key(KeyId=key)["KeyMetadata"]["Arn"]
        policy = kms.get_key_policy(KeyId=arn, PolicyName="default")["Policy"]
        for action in ("kms:GenerateDataKey", "kms:Decrypt"):
            self._require(policy, service, action, arn, context)

    @staticmethod
    def _require(
        policy: str | dict[str, Any] | None,
        service: str,
        action: str,
        arn: str,
        context: dict[str, str],
    ) -> None:
        call = ServiceCall(f"{service}.amazonaws.com", action, arn, context)
        if not allows(policy, call):
            raise _refused(service, action, arn)


def _refused(service: str, action: str, arn: str) -> DeliveryFailed:
    message = f"{service}.amazonaws.com is not authorized to perform {action} on {arn}."
    return DeliveryFailed("NO_PERMISSIONS", message)
