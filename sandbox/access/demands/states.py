"""Step Functions.

Source: Step Functions developer guide, "IAM policies for Step Functions": a task that waits for an
execution (`.sync`) needs a rule of EventBridge's, which is asked for by `sandbox.workflows`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.access.demands.making import Makers, Params, everything, same_named, simple

if TYPE_CHECKING:
    from sandbox.access.facts import Facts


def _execution(_facts: Facts, params: Params) -> str:
    return str(params["executionArn"])


def _machine(_facts: Facts, params: Params) -> str:
    return str(params["stateMachineArn"])


def _rule(facts: Facts, params: Params) -> str:
    return facts.arn("events", f"rule/{params.get('Rule') or params['Name']}")


MAKERS: Makers = {
    **same_named(
        "stepfunctions", _execution, "DescribeExecution", "GetExecutionHistory", "StopExecution"
    ),
    **same_named("stepfunctions", _execution, "RedriveExecution"),
    **same_named("stepfunctions", _machine, "StartExecution"),
    **same_named(
        "stepfunctions", everything, "SendTaskSuccess", "SendTaskFailure", "SendTaskHeartbeat"
    ),
    ("events", "PutTargets"): simple("events", "PutTargets", _rule),
    ("events", "PutRule"): simple("events", "PutRule", _rule),
    ("events", "DescribeRule"): simple("events", "DescribeRule", _rule),
}
