"""Asks the caller's policies before a call is carried out."""

from __future__ import annotations

import functools
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from moto.iam.models import iam_backends
from moto.s3.models import s3_backends

from sandbox.access._moto import leave_access_to_the_guard
from sandbox.access.demands import Arns, demands_of
from sandbox.access.policies import Demand, allowed, as_list
from sandbox.gateway import AwsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.gateway import Call

# The code of a refusal, where it is not AccessDeniedException.
_CODES = {"s3": "AccessDenied", "cloudwatch": "AccessDenied", "sns": "AuthorizationError"}


class Guard:
    """Refuses what a role may not do.

    Parameters
    ----------
    account_id, region
        Where the resources are.

    Attributes
    ----------
    demands
        Every permission that a role used or wanted, with whether it had it: what the proof of
        least privilege evaluates.
    tags_of
        Returns the tags of a resource, for conditions on them.
    """

    def __init__(self, account_id: str, region: str) -> None:
        self.demands: list[tuple[str, Demand, bool]] = []
        self.tags_of: Callable[[str], dict[str, str]] = lambda _arn: {}
        self._arns = Arns(account_id, region)
        self._account_id = account_id
        leave_access_to_the_guard()

    def check(self, call: Call) -> None:
        """Raise AwsError, as the service words it, unless all that the call needs is allowed."""
        if call.principal.is_admin:
            return
        documents = self._documents(call.principal.arn) + self._denials(call)
        for bare in demands_of(call, self._arns):
            demand = self._with_context(bare, call)
            granted = allowed(demand, documents)
            self.demands.append((call.principal.arn, demand, granted))
            if not granted:
                raise self._refusal(call, demand)

    def _with_context(self, demand: Demand, call: Call) -> Demand:
        context: dict[str, Any] = {
            "aws:sourceaccount": self._account_id,
            "aws:principalarn": call.principal.arn,
            "aws:securetransport": "true",  # Plain HTTP is the sandbox's own shortcut.
            **demand.context,
        }
        for key, value in self.tags_of(demand.resource).items():
            context[f"aws:resourcetag/{key.lower()}"] = value
        return replace(demand, context=context)

    def _documents(self, arn: str) -> list[dict[str, Any]]:
        backend = iam_backends[self._account_id]["aws"]
        name = arn.rpartition("/")[2]
        role = next((r for r in backend.roles.values() if r.name == name), None)
        if role is None:
            return []
        inline = [_parse(text) for text in role.policies.values()]
        managed = [
            _parse(version.document)
            for policy in role.managed_policies.values()
            for version in policy.versions
            if version.is_default
        ]
        return inline + managed

    def _denials(self, call: Call) -> list[dict[str, Any]]:
        """Return what a bucket's policy denies to everyone; within an account it need not allow."""
        bucket = s3_backends[self._account_id]["aws"].buckets.get(call.params.get("Bucket", ""))
        if bucket is None or bucket.policy is None:
            return []
        statements = as_list(_parse(bucket.policy.decode())["Statement"])
        return [{"Statement": [s for s in statements if s["Effect"] == "Deny"]}]

    def _refusal(self, call: Call, demand: Demand) -> AwsError:
        name = call.principal.arn.rpartition("/")[2]
        who = f"arn:aws:sts::{self._account_id}:assumed-role/{name}/{call.principal.session}"
        message = (
            f"User: {who} is not authorized to perform: {demand.action} on resource: "
            f"{demand.resource} because no identity-based policy allows the {demand.action} action"
        )
        return AwsError(_CODES.get(call.service, "AccessDeniedException"), message, 403)


@functools.lru_cache(maxsize=512)
def _parse(document: str) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(document)
    return parsed
