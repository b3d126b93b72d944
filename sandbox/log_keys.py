"""The keys of log groups that are there already, which moto cannot change.

Source: CloudWatch Logs user guide, "Encrypt log data using AWS KMS": the key's policy must let
`logs.<region>.amazonaws.com` use it under the encryption context `aws:logs:arn`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.kms.models import kms_backends
from moto.logs.models import logs_backends

from sandbox.events.policies import ServiceCall, allows
from sandbox.gateway import AwsError

if TYPE_CHECKING:
    from sandbox.account import Account
    from sandbox.gateway import Call

_USES = ("kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey")


class LogKeys:
    """Answers AssociateKmsKey."""

    def __init__(self, account: Account) -> None:
        self._place = account.account_id, account.region
        account.gateway.serve("logs", "AssociateKmsKey", self._associate)

    def _associate(self, call: Call) -> dict[str, Any]:
        account, region = self._place
        group: Any = logs_backends[account][region].groups.get(call.params["logGroupName"])
        if group is None:
            raise AwsError("ResourceNotFoundException", "The specified log group does not exist.")
        key = call.params["kmsKeyId"]
        if not self._lets_logs_in(key, f"arn:aws:logs:{region}:{account}:log-group:{group.name}"):
            message = "The specified KMS key does not exist or is not allowed to be used with Logs."
            raise AwsError("InvalidParameterException", message)
        group.kms_key_id = key
        return {}

    def _lets_logs_in(self, arn: str, group: str) -> bool:
        account, region = self._place
        key = kms_backends[account][region].keys.get(arn.rpartition("/")[2])
        context = {"kms:encryptioncontext:aws:logs:arn": group}
        calls = (ServiceCall(f"logs.{region}.amazonaws.com", use, arn, context) for use in _USES)
        return key is not None and all(allows(key.policy, call) for call in calls)
