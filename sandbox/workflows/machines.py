"""State machines: checked before moto's parser sees them, for it keeps state after a refusal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser

from sandbox.errors import Unsupported
from sandbox.gateway import AwsError
from sandbox.workflows import logs
from sandbox.workflows.limits import DEFINITION_BYTES
from sandbox.workflows.lint import check
from sandbox.workflows.managed_rules import require_managed_rule

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.gateway import Call
    from sandbox.workflows.service import Workflows


def handlers(workflows: Workflows) -> dict[str, Callable[[Call], dict[str, Any]]]:
    """Return the operations of this module by name."""
    machines = Machines(workflows)
    return {
        "CreateStateMachine": machines.create,
        "UpdateStateMachine": machines.update,
        "ValidateStateMachineDefinition": machines.validate,
    }


class Machines:
    """Operations that define machines."""

    def __init__(self, workflows: Workflows) -> None:
        self._workflows = workflows

    def create(self, call: Call) -> dict[str, Any]:
        """Serve CreateStateMachine."""
        params = call.params
        if params.get("type", "STANDARD") != "STANDARD":
            raise Unsupported("A state machine of the type EXPRESS.")
        if params.get("publish"):
            raise Unsupported("Versions of state machines (publish).")
        self._check(params, params["roleArn"])
        self._refuse_another(params)
        machine = self._workflows.backend.create_state_machine(
            name=params["name"],
            definition=params["definition"],
            roleArn=params["roleArn"],
            tags=params.get("tags"),
            loggingConfiguration=params.get("loggingConfiguration"),
            tracingConfiguration=params.get("tracingConfiguration"),
            encryptionConfiguration=params.get("encryptionConfiguration"),
            sm_type="STANDARD",
        )
        return {"stateMachineArn": machine.arn, "creationDate": machine.creation_date}

    def update(self, call: Call) -> dict[str, Any]:
        """Serve UpdateStateMachine; running executions keep their definition."""
        params = call.params
        arn = params["stateMachineArn"]
        role = params.get("roleArn") or self._workflows.machine(arn).roleArn
        if params.get("publish"):
            raise Unsupported("Versions of state machines (publish).")
        if set(params) <= {"stateMachineArn"}:
            raise AwsError("MissingRequiredParameter", "Nothing to update was given.")
        self._check(params, role)
        machine = self._workflows.backend.update_state_machine(
            arn=arn,
            definition=params.get("definition"),
            role_arn=params.get("roleArn"),
            logging_configuration=params.get("loggingConfiguration"),
            tracing_configuration=params.get("tracingConfiguration"),
            encryption_configuration=params.get("encryptionConfiguration"),
        )
        return {"updateDate": machine.update_date}

    def validate(self, call: Call) -> dict[str, Any]:
        """Serve ValidateStateMachineDefinition."""
        problems = check(call.params["definition"])
        diagnostics = [
            {
                "severity": "ERROR",
                "code": "SCHEMA_VALIDATION_FAILED",
                "message": problem.message,
                "location": problem.where,
            }
            for problem in problems
        ]
        return {"result": "FAIL" if problems else "OK", "diagnostics": diagnostics}

    def _check(self, params: dict[str, Any], role: str) -> None:
        group = logs.group_of(params.get("loggingConfiguration"))
        if group is not None:
            self._require_group(group)
        definition = params.get("definition")
        if definition is None:
            return
        if len(definition.encode()) > DEFINITION_BYTES:
            raise AwsError("InvalidDefinition", "The definition is larger than 1 MB.")
        problems = check(definition)
        if problems:
            listed = "; ".join(str(problem) for problem in problems)
            raise AwsError("InvalidDefinition", f"Invalid State Machine Definition: {listed}")
        _parse(definition)
        require_managed_rule(self._workflows.account, role, definition)

    def _require_group(self, group: str) -> None:
        client = self._workflows.account.client("logs")
        found = client.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
        if group not in {entry["logGroupName"] for entry in found}:
            message = f"The CloudWatch Logs group {group} does not exist."
            raise AwsError("InvalidLoggingConfiguration", message)

    def _refuse_another(self, params: dict[str, Any]) -> None:
        for machine in self._workflows.backend.state_machines:
            if machine.name != params["name"]:
                continue
            if json.loads(machine.definition) != json.loads(params["definition"]):
                message = f"State Machine Already Exists: '{machine.arn}'"
                raise AwsError("StateMachineAlreadyExists", message)


def _parse(definition: str) -> None:
    try:
        AmazonStateLanguageParser.parse(definition)
    except Exception as error:  # moto's parser raises whatever Python raises.
        message = f"Invalid State Machine Definition: {error}"
        raise AwsError("InvalidDefinition", message) from error
