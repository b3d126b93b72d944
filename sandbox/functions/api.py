"""Lambda's API, where moto's is not Lambda's."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from sandbox.errors import Unsupported
from sandbox.functions import checks, networks
from sandbox.functions._moto import aws_errors
from sandbox.gateway import AwsError

if TYPE_CHECKING:
    from sandbox.account import Account
    from sandbox.functions.service import Functions
    from sandbox.gateway import Call

_LOG_TAIL = 4096
_NOT_HERE = {
    "CreateEventSourceMapping": "polls no queues or streams for functions",
    "InvokeAsync": "has no InvokeAsync, which AWS gave up: use Invoke",
    "InvokeWithResponseStream": "streams no responses",
    "PutProvisionedConcurrencyConfig": "has no provisioned concurrency",
}


class Api:
    """Answers operations for the gateway."""

    def __init__(self, account: Account, functions: Functions) -> None:
        self._account = account
        self._functions = functions
        self._catalog = functions.catalog

    def serve(self) -> None:
        """Take the operations over."""
        account = self._account
        own = {
            "Invoke": self.invoke,
            "CreateFunction": self.create,
            "UpdateFunctionConfiguration": self.update_configuration,
            "UpdateFunctionCode": self.update_code,
            "PutFunctionEventInvokeConfig": self.put_async_config,
            "UpdateFunctionEventInvokeConfig": self.update_async_config,
            "GetFunctionEventInvokeConfig": self.get_async_config,
            "DeleteFunctionEventInvokeConfig": self.delete_async_config,
        }
        for operation, handler in own.items():
            account.gateway.serve("lambda", operation, handler)
        for operation in _NOT_HERE:
            account.gateway.serve("lambda", operation, _refuse)
        account.gateway.after("lambda", "DeleteFunction", self.deleted)

    def invoke(self, call: Call) -> dict[str, Any]:
        """Invoke a function and answer in headers and payload."""
        params = call.params
        context = params.get("ClientContext")
        result = self._functions.invoke(
            params["FunctionName"],
            params.get("Payload") or b"",
            params.get("InvocationType", "RequestResponse"),
            qualifier=params.get("Qualifier"),
            client_context=base64.b64decode(context).decode() if context else None,
        )
        answer: dict[str, Any] = {"StatusCode": result.status, "Payload": result.payload}
        if result.status == 200:  # noqa: PLR2004 - HTTP
            answer["ExecutedVersion"] = result.version
        if result.function_error:
            answer["FunctionError"] = result.function_error
        if params.get("LogType") == "Tail" and result.log:
            answer["LogResult"] = base64.b64encode(result.log.encode()[-_LOG_TAIL:]).decode()
        return answer

    def create(self, call: Call) -> dict[str, Any]:
        """Create a function."""
        params = call.params
        checks.check(params)
        networks.check(self._account, params)
        name = params["FunctionName"]
        if self._catalog.store.exists(name):
            text = f"Function already exist: {name}"
            raise AwsError("ResourceConflictException", text, 409)
        created = self._catalog.store.create(_encoded(params))
        self._catalog.check_sizes(name)
        return created

    def update_configuration(self, call: Call) -> dict[str, Any]:
        """Change a function's settings; its processes are replaced."""
        checks.check(call.params)
        if "VpcConfig" in call.params:
            raise Unsupported("The sandbox moves no function into another network.")
        return self._catalog.store.update(call.params["FunctionName"], call.params)

    def update_code(self, call: Call) -> dict[str, Any]:
        """Change a function's code; its processes are replaced."""
        name, params = call.params["FunctionName"], _encoded({"Code": dict(call.params)})["Code"]
        with aws_errors():
            answer = self._catalog.store.backend.update_function_code(name, None, params)
        self._catalog.check_sizes(name)
        return dict(answer)

    def deleted(self, call: Call, _: dict[str, Any] | None) -> None:
        """End a deleted function's processes: a new one of the name starts cold."""
        parts = call.params["FunctionName"].split(":")
        name = parts[6] if parts[0] == "arn" else parts[0]
        self._functions.runner.pool.forget(name)
        for key in [key for key in self._catalog.async_configs if key[0] == name]:
            del self._catalog.async_configs[key]

    def put_async_config(self, call: Call) -> dict[str, Any]:
        """Set retries, age and destinations of asynchronous invocations."""
        return self._store_async_config(call, {})

    def update_async_config(self, call: Call) -> dict[str, Any]:
        """Change some of them."""
        return self._store_async_config(call, self._async_config(call))

    def get_async_config(self, call: Call) -> dict[str, Any]:
        """Tell them."""
        return self._async_config(call)

    def delete_async_config(self, call: Call) -> None:
        """Go back to the defaults."""
        self._async_config(call)
        del self._catalog.async_configs[self._async_key(call)]

    def _async_key(self, call: Call) -> tuple[str, str]:
        qualifier = call.params.get("Qualifier")
        config = self._catalog.config(call.params["FunctionName"], qualifier)
        return config.name, qualifier or "$LATEST"

    def _async_config(self, call: Call) -> dict[str, Any]:
        key = self._async_key(call)
        if key not in self._catalog.async_configs:
            text = f"The function {key[0]} doesn't have an EventInvokeConfig"
            raise AwsError("ResourceNotFoundException", text, 404)
        return self._catalog.async_configs[key]

    def _store_async_config(self, call: Call, before: dict[str, Any]) -> dict[str, Any]:
        key = self._async_key(call)
        names = ("MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig")
        given = {name: call.params[name] for name in names if name in call.params}
        arn = self._catalog.config(key[0]).arn
        self._catalog.async_configs[key] = before | given | {"FunctionArn": f"{arn}:{key[1]}"}
        return self._catalog.async_configs[key]


def _encoded(params: dict[str, Any]) -> dict[str, Any]:
    """Put zip bytes into base64, which is how moto gets them from the wire."""
    code = dict(params["Code"])
    if isinstance(code.get("ZipFile"), bytes):
        code["ZipFile"] = base64.b64encode(code["ZipFile"]).decode()
    return params | {"Code": code}


def _refuse(call: Call) -> dict[str, Any]:
    raise Unsupported(f"The sandbox {_NOT_HERE[call.operation]}.")
