"""What a Distributed Map does to its own machine, with the rights of the machine's role.

Source: Step Functions developer guide, "IAM policies for using Distributed Map state": it starts
its children as executions of the machine, looks at them, stops them, and redrives them. Which of
them it asks for at which moment is not written down; it is asked for here where it is used.
"""

from __future__ import annotations

from typing import Any

from sandbox.gateway import AwsError
from sandbox.workflows.interpreter.failures import RUNTIME, execution_failure
from sandbox.workflows.interpreter.runtime import current, execution_arn


class MapRights:
    """The rights of one run.

    Parameters
    ----------
    label, run
        What the names of its children begin with, and its id.
    """

    def __init__(self, env: Any, label: str, run: str) -> None:
        self._env = env
        self._machine = env.states.context_object.context_object_data["StateMachine"]["Id"]
        children = self._machine.replace(":stateMachine:", ":execution:")
        self._children = f"{children}/{label}:{run}"

    def require(self, *operations: str) -> None:
        """Fail the execution unless its role may do all of this."""
        for operation in operations:
            refusal = self._refusal(operation)
            if refusal:
                raise execution_failure(self._env, RUNTIME, refusal)

    def allows(self, operation: str) -> bool:
        """Tell whether its role may do this."""
        return not self._refusal(operation)

    def _refusal(self, operation: str) -> str:
        role = self._env.aws_execution_details.role_arn
        session = current().session(execution_arn(self._env))
        params = {"stateMachineArn": self._machine, "executionArn": self._children}
        try:
            current().authorize(role, session, operation, params)
        except AwsError as error:
            return error.message
        return ""
