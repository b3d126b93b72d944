"""Asks the caller's policies before a call is carried out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from moto.s3.models import s3_backends

from sandbox.access._moto import leave_access_to_the_guard
from sandbox.access.book import Book
from sandbox.access.demands import demands_of, known
from sandbox.access.facts import Facts
from sandbox.access.identities import boundary_of, logical, parse, policies_of, policies_of_stack
from sandbox.access.key_policies import key_allows, names
from sandbox.access.policies import Demand, allowed, as_list, matching
from sandbox.gateway import AwsError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sandbox.gateway import Call

# The code of a refusal, where it is not AccessDeniedException.
_CODES = {"s3": "AccessDenied", "cloudwatch": "AccessDenied", "sns": "AuthorizationError"}
_KEY_CODES = {"s3": "AccessDenied", "sns": "KMSAccessDenied", "sqs": "KmsAccessDenied"}


class Guard:
    """Refuses what a role may not do.

    Parameters
    ----------
    account_id, region
        Where the resources are.

    Attributes
    ----------
    book
        What roles wanted.
    facts
        What must be known of the account to say what a call needs.
    tags_of
        Returns the tags of a resource, for conditions on them.
    """

    def __init__(self, account_id: str, region: str) -> None:
        self.book = Book()
        self.facts = Facts(account_id, region)
        self.tags_of: Callable[[str], dict[str, str]] = lambda _arn: {}
        leave_access_to_the_guard()

    def check(self, call: Call) -> None:
        """Raise AwsError, as the service words it, unless all that the call needs is allowed."""
        role = call.principal.arn
        denials = self._denials(call)
        if call.principal.is_admin:
            self._check_administrator(call, denials)
            return
        documents = [policy.document for policy in policies_of(self.facts.account, role)]
        documents += denials
        bound = boundary_of(self.facts.account, role)
        for bare in demands_of(call, self.facts):
            demand = self._with_context(bare, role)
            self.book.add(role, demand)
            if not self._allowed(demand, role, documents):
                raise self._refusal(call, demand, "identity-based policy")
            if bound is not None and not allowed(demand, [bound]):
                raise self._refusal(call, demand, "permissions boundary")
            self.facts.granted(demand)

    def save(self, folder: Path, stack: str) -> None:
        """Write what a stack's roles wanted, and what their policies are."""
        found = policies_of_stack(self.facts.account, stack)
        names = {role: logical(role.rpartition("/")[2], stack) or role for role in found}
        self.book.save(folder, found, names)

    def _allowed(self, demand: Demand, role: str, documents: list[dict[str, Any]]) -> bool:
        if not demand.action.startswith("kms:"):
            return allowed(demand, documents)
        policy = self.facts.keys.policy(demand.resource)
        return policy is not None and key_allows(demand, role, parse(policy), documents)

    def _with_context(self, demand: Demand, role: str) -> Demand:
        context: dict[str, Any] = {
            "aws:sourceaccount": self.facts.account,
            "aws:principalarn": role,
            "aws:securetransport": "true",  # Plain HTTP is the sandbox's own shortcut.
            **demand.context,
        }
        for key, value in self.tags_of(demand.resource).items():
            context[f"aws:resourcetag/{key.lower()}"] = value
        return replace(demand, context=context)

    def _check_administrator(self, call: Call, denials: list[dict[str, Any]]) -> None:
        """Refuse what a bucket denies: an administrator may do all else, and change the policy."""
        if not denials or not known(call):
            return
        for bare in demands_of(call, self.facts):
            demand = self._with_context(bare, call.principal.arn)
            if any(matching(demand, denials)):
                raise self._refusal(call, demand, "")

    def _denials(self, call: Call) -> list[dict[str, Any]]:
        """Return what a bucket's policy denies its caller; within an account it need not allow."""
        buckets = s3_backends[self.facts.account]["aws"].buckets
        bucket = buckets.get(call.params.get("Bucket", ""))
        if bucket is None or bucket.policy is None:
            return []
        statements = as_list(parse(bucket.policy.decode())["Statement"])
        account = self.facts.account
        who = {"*", account, f"arn:aws:iam::{account}:root", call.principal.arn}
        return [{"Statement": [s for s in statements if s["Effect"] == "Deny" and names(s, who)]}]

    def _refusal(self, call: Call, demand: Demand, lacking: str) -> AwsError:
        who = call.principal.arn
        if not call.principal.is_admin:
            name = who.rpartition("/")[2]
            who = f"arn:aws:sts::{self.facts.account}:assumed-role/{name}/{call.principal.session}"
        why = f"because no {lacking} allows the {demand.action} action"
        if any(matching(demand, self._denials(call))):
            why = "with an explicit deny in a resource-based policy"
        message = (
            f"User: {who} is not authorized to perform: {demand.action} on resource: "
            f"{demand.resource} {why}"
        )
        code = _code(call.service, demand.action)
        # An answer to HEAD has no body: clients make a code of its status.
        return AwsError("403" if call.operation.startswith("Head") else code, message, 403)


def _code(service: str, action: str) -> str:
    if service == "application-autoscaling" and not action.startswith(service):
        return "ValidationException"  # So it words what it found out by trying as its caller.
    codes = _KEY_CODES if action.startswith("kms:") else _CODES
    return codes.get(service, "AccessDeniedException")
