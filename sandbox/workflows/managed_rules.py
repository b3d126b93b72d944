"""The rule of EventBridge by which Step Functions hears that a nested execution ended.

It is made when the machine is, with the rights of the machine's role; a role that gets them later
is too late. Source: Step Functions developer guide, "IAM policies for Step Functions"; the wording
of the refusal from github.com/nasa/cumulus, pull request 2693.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from sandbox.gateway import AwsError, Call

if TYPE_CHECKING:
    from sandbox.account import Account

_RULE = "StepFunctionsGetEventsForStepFunctionsExecutionRule"
_WAITS = ":states:startExecution.sync"


def require_managed_rule(account: Account, role: str, definition: str) -> None:
    """Refuse a machine that waits for executions and whose role may not make the rule."""
    authorize = account.gateway.authorize
    if authorize is None or _WAITS not in definition:
        return
    principal = account.role(role, "StepFunctions")
    for operation in ("PutTargets", "PutRule", "DescribeRule"):
        params = {"Rule": _RULE, "Name": _RULE}
        try:
            authorize(Call("events", operation, params, principal, cast("Any", None)))
        except AwsError as error:
            message = f"'{role}' is not authorized to create managed-rule."
            raise AwsError("AccessDeniedException", message) from error
