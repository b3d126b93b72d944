"""Function URLs: a function behind an HTTP address of its own.

Source: Lambda's developer guide, "Creating and managing Lambda function URLs", "Control access to
Lambda function URLs", "Invoking Lambda function URLs".
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from sandbox.errors import Unsupported
from sandbox.functions.url_events import event_of, reply_of
from sandbox.gateway import AwsError, Call, Reply
from sandbox.gateway.wire import signature_scope

if TYPE_CHECKING:
    from moto.core.request import Request

    from sandbox.account import Account
    from sandbox.functions.service import Functions

HOST = ".lambda-url."
_FORBIDDEN = Reply(403, {"Content-Type": "application/json"}, b'{"Message":"Forbidden"}')


class FunctionUrls:
    """The account's function URLs, and what answers requests to them."""

    def __init__(self, account: Account, functions: Functions) -> None:
        self._account = account
        self._functions = functions
        self._configs: dict[str, dict[str, Any]] = {}
        account.gateway.at_host(HOST, self.answer)
        for operation, handler in {
            "CreateFunctionUrlConfig": self.create,
            "GetFunctionUrlConfig": self.get,
            "DeleteFunctionUrlConfig": self.delete,
        }.items():
            account.gateway.serve("lambda", operation, handler)

    def create(self, call: Call) -> dict[str, Any]:
        """Give a function a URL."""
        params = call.params
        if params["AuthType"] != "AWS_IAM":
            raise Unsupported("The sandbox has function URLs with AuthType AWS_IAM only.")
        if params.get("InvokeMode", "BUFFERED") != "BUFFERED" or params.get("Cors"):
            raise Unsupported("The sandbox has neither streamed responses nor CORS.")
        if params.get("Qualifier"):
            raise Unsupported("The sandbox has function URLs of $LATEST only.")
        config = self._functions.catalog.config(params["FunctionName"])
        if config.arn in self._configs:
            text = f"Failed to create function url config for [functionArn = {config.arn}]"
            raise AwsError("ResourceConflictException", text, 409)
        name = hashlib.sha256(config.arn.encode()).hexdigest()[:32]
        self._configs[config.arn] = {
            "FunctionUrl": f"https://{name}{HOST}{self._account.region}.on.aws/",
            "FunctionArn": config.arn,
            "AuthType": "AWS_IAM",
            "InvokeMode": "BUFFERED",
            "CreationTime": self._account.kernel.now().isoformat(),
        }
        return self._configs[config.arn]

    def get(self, call: Call) -> dict[str, Any]:
        """Tell a function's URL."""
        arn = self._functions.catalog.config(call.params["FunctionName"]).arn
        if arn not in self._configs:
            text = "The resource you requested does not exist."
            raise AwsError("ResourceNotFoundException", text, 404)
        found = self._configs[arn]
        return {**found, "LastModifiedTime": found["CreationTime"]}

    def delete(self, call: Call) -> None:
        """Take a function's URL away."""
        del self._configs[self.get(call)["FunctionArn"]]

    def answer(self, request: Request) -> Reply:
        """Answer an HTTP request to one of the URLs, signed with version 4 for `lambda`."""
        config = self._of_host(request.host)
        scope = signature_scope(request)
        if config is None or scope is None or scope[3] != "lambda":
            return _FORBIDDEN
        principal = self._account.gateway.principals.get(scope[0])
        if principal is None:
            return _FORBIDDEN
        arn = config["FunctionArn"]
        params = {"FunctionName": arn, "FunctionUrlAuthType": config["AuthType"]}
        try:
            self._account.guard.check(
                Call("lambda", "InvokeFunctionUrl", params, principal, request)
            )
            event = event_of(request, principal, scope[0], self._account)
            return reply_of(self._functions.invoke(arn, event))
        except AwsError as refused:
            return _FORBIDDEN if refused.status == _FORBIDDEN.status else _as_reply(refused)

    def _of_host(self, host: str) -> dict[str, Any] | None:
        name = host.partition(":")[0]
        urls = self._configs.values()
        return next((each for each in urls if each["FunctionUrl"] == f"https://{name}/"), None)


def _as_reply(refused: AwsError) -> Reply:
    return Reply(refused.status, {"Content-Type": "text/plain"}, refused.message.encode())
