"""The gateway: one place that every AWS call passes."""

from __future__ import annotations

from collections import defaultdict
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

from moto.moto_server.werkzeug_app import (
    BackendRequest,
    DomainDispatcherApplication,
    create_backend_app,
)
from werkzeug.wrappers import Response

from sandbox.errors import Unsupported
from sandbox.gateway import validation, wire
from sandbox.gateway.calls import (
    ADMIN,
    AwsError,
    Call,
    CallRecord,
    LostReply,
    LostRequest,
    Principal,
)
from sandbox.gateway.entries import all_failed
from sandbox.gateway.faults import Fault, Faults
from sandbox.gateway.rates import Rates

if TYPE_CHECKING:
    from collections.abc import Callable

    from moto.core.model import OperationModel
    from moto.core.request import Request

    from sandbox.kernel import Kernel

    Handler = Callable[[Call], dict[str, Any] | None]
    Hook = Callable[[Call, dict[str, Any] | None], None]

# Longer values are cut in the record: it is for reading and comparing, not for keeping payloads.
_RECORDED_CHARACTERS = 4096

# AWS's own code for a request that breaks the model, where it is not ValidationException.
_VALIDATION_CODES = {
    "s3": "InvalidRequest",
    "cloudformation": "ValidationError",
    "cloudwatch": "ValidationError",
    "iam": "ValidationError",
    "sts": "ValidationError",
    "sns": "InvalidParameter",
    "sqs": "InvalidParameterValue",
    "lambda": "InvalidParameterValueException",
    "logs": "InvalidParameterException",
    "sagemaker-runtime": "ValidationError",
}


class Reply(NamedTuple):
    """An HTTP answer."""

    status: int
    headers: dict[str, str]
    body: bytes


class Gateway:
    """Identifies, checks, carries out and records every call.

    Parameters
    ----------
    kernel
        Gives each call its turn.

    Attributes
    ----------
    cut_off
        Tells of a call that was carried out whether its caller is gone and gets no answer.
    """

    def __init__(self, kernel: Kernel) -> None:
        self.records: list[CallRecord] = []
        self.faults = Faults()
        self.rates = Rates()
        self.principals: dict[str, Principal] = {}
        self.authorize: Callable[[Call], None] | None = None
        self.cut_off: Callable[[CallRecord], bool] = lambda _: False
        self._kernel = kernel
        self._handlers: dict[tuple[str, str], Handler] = {}
        self._hosts: dict[str, Callable[[Request], Reply]] = {}
        self._hooks: dict[tuple[str, str], list[Hook]] = defaultdict(list)
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._applications: dict[str, Any] = {}

    def serve(self, service: str, operation: str, handler: Handler) -> None:
        """Carry out an operation by the sandbox's own code instead of moto's."""
        self._handlers[service, operation] = handler

    def at_host(self, part: str, answer: Callable[[Request], Reply]) -> None:
        """Answer requests to hosts with this in their names, which are no calls of an API."""
        self._hosts[part] = answer

    def after(self, service: str, operation: str, hook: Hook) -> None:
        """Observe each success of an operation; the output is None where moto answered."""
        self._hooks[service, operation].append(hook)

    def handle(self, request: Request) -> Reply:
        """Answer one HTTP request.

        Raises
        ------
        LostReply
            A fault swallows the answer, or has swallowed the request.
        """
        request.get_data()  # Kept by the request: parsing a form would use the input up.
        with self._kernel.guest(f"{request.method} {request.path}"):
            for part, answer in self._hosts.items():
                if part in request.host:
                    return answer(request)
            try:
                service = wire.service_of(request)
                operation, labels = wire.operation_of(service, request)
            except (AwsError, Unsupported) as error:
                return Reply(400, {"Content-Type": "text/plain"}, str(error).encode())
            return self._handle_operation(request, operation, labels)

    def require_rate(self, service: str, operation: str, calls: int = 1) -> None:
        """Count calls of a limited operation, also those that a service makes for its caller.

        Raises
        ------
        AwsError
            They are too many.
        """
        if self.rates.exceeded(service, operation, self._kernel.now(), calls):
            raise AwsError("ThrottlingException", "Rate exceeded")

    def forward(self, call: Call) -> Response:
        """Let moto carry a call out."""
        environ = dict(call.raw.environ)
        body = call.raw.get_data()
        environ.update({"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))})
        # werkzeug keeps its parsed request here, bound to the input that has been read.
        environ.pop("werkzeug.request", None)
        if call.service == "s3" and _is_form(environ):
            # Clients may send bytes under this type without being asked to, urllib above all; moto
            # would take them for a form and store nothing.
            environ["CONTENT_TYPE"] = "binary/octet-stream"
        if call.service not in self._applications:
            # moto looks through its folders for it, which takes longer than most calls.
            self._applications[call.service] = self._moto.get_application(environ)
        return Response.from_app(self._applications[call.service], environ)

    # ── within ──────────────────────────────────────────────────────────────────────────────

    def _handle_operation(
        self, request: Request, operation: OperationModel, labels: dict[str, Any]
    ) -> Reply:
        service, name = operation.service_model.service_name, operation.name
        principal, attempt = self._principal(request), wire.attempt_of(request)
        fault = self.faults.take(service, name, principal, attempt)
        if fault is not None and fault.delay_seconds:
            self._kernel.sleep(fault.delay_seconds)
        call: Call | None = None
        try:
            call = self._parse(request, operation, labels)
            reply, error = self._carry_out(call, operation, fault), None
        except Exception as failure:  # An API answers every failure, its own as well.
            refused = self._as_aws_error(failure)
            error = refused.code
            reply = Reply(*wire.serialize(operation, request, refused))
        if error is None and reply.status >= 400:  # noqa: PLR2004 - HTTP's line for errors
            error = _moto_error(reply)
        record = self._record(call, request, operation, error, fault)
        if fault is not None and fault.lose_reply:
            raise LostReply(f"{service}:{name}")
        if fault is not None and fault.lose_request:
            raise LostRequest(f"{service}:{name}")
        if self.cut_off(record):
            raise LostReply(f"{service}:{name}")
        return reply

    def _as_aws_error(self, failure: Exception) -> AwsError:
        if isinstance(failure, AwsError):
            return failure
        if not isinstance(failure, Unsupported):
            self._kernel.fail(failure)  # A defect of the sandbox itself must not pass unseen.
        return AwsError(type(failure).__name__, f"The sandbox failed: {failure}", 400)

    def _parse(self, request: Request, operation: OperationModel, labels: dict[str, Any]) -> Call:
        service = operation.service_model.service_name
        try:
            params = wire.parse(operation, request, labels)
        except (ValueError, TypeError, KeyError) as error:
            raise AwsError("SerializationException", f"Cannot read the request: {error}") from error
        principal = self._principal(request)
        return Call(service, operation.name, params, principal, request)

    def _carry_out(self, call: Call, operation: OperationModel, fault: Fault | None) -> Reply:
        if fault is not None and fault.error and not fault.carry_out:
            raise AwsError(fault.error, fault.message, fault.status)
        if fault is not None and fault.lose_request:
            raise AwsError("LostRequest", "The request never arrived.")
        # The administrator is whoever looks on, and the sandbox's own parts.
        if not call.principal.is_admin:
            self.require_rate(call.service, call.operation)
        problems = list(validation.violations(operation.input_shape, call.params))
        if problems:
            code = _VALIDATION_CODES.get(call.service, "ValidationException")
            raise AwsError(code, validation.refusal(problems))
        if self.authorize is not None:
            self.authorize(call)
        if fault is not None and fault.fail_entries:
            failed = all_failed(call.service, call.operation, call.params)
            return Reply(*wire.serialize(operation, call.raw, failed))
        reply = self._dispatch(call, operation)
        if fault is not None and fault.error:
            raise AwsError(fault.error, fault.message, fault.status)
        return reply

    def _dispatch(self, call: Call, operation: OperationModel) -> Reply:
        handler = self._handlers.get((call.service, call.operation))
        if handler is None:
            response = self._forward_known(call)
            reply = Reply(response.status_code, dict(response.headers), response.get_data())
            output = None
        else:
            output = handler(call)
            reply = Reply(*wire.serialize(operation, call.raw, output))
        if reply.status < 400:  # noqa: PLR2004 - HTTP's line for errors
            for hook in self._hooks[call.service, call.operation]:
                hook(call, output)
        return reply

    def _forward_known(self, call: Call) -> Response:
        try:
            return self.forward(call)
        except NotImplementedError as error:
            raise Unsupported(f"moto has no {call.service}:{call.operation}: {error}") from error

    def _principal(self, request: Request) -> Principal:
        scope = wire.signature_scope(request)
        return ADMIN if scope is None else self.principals.get(scope[0], ADMIN)

    def _record(
        self,
        call: Call | None,
        request: Request,
        operation: OperationModel,
        error: str | None,
        fault: Fault | None,
    ) -> CallRecord:
        principal = call.principal if call else self._principal(request)
        params = _recordable(call.params) if call else {}
        service = operation.service_model.service_name
        now = self._kernel.now()
        hit = fault is not None
        record = CallRecord(now, principal, service, operation.name, params, error, hit)
        self.records.append(record)
        return record


def _is_form(environ: dict[str, Any]) -> bool:
    return str(environ.get("CONTENT_TYPE", "")).startswith("application/x-www-form-urlencoded")


def _moto_error(reply: Reply) -> str:
    header = reply.headers.get("x-amzn-errortype") or reply.headers.get("X-Amzn-Errortype")
    if header:
        return header.partition(":")[0].rpartition("#")[2]
    text = reply.body.decode("utf-8", "replace")
    for opening, closing in (("<Code>", "</Code>"), ('"__type": "', '"'), ('"__type":"', '"')):
        if opening in text:
            return text.partition(opening)[2].partition(closing)[0].rpartition("#")[2]
    return str(reply.status)


def _recordable(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _recordable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_recordable(item) for item in value]
    if isinstance(value, bytes):
        return f"<{len(value)} bytes>"
    if isinstance(value, str) and len(value) > _RECORDED_CHARACTERS:
        return value[:_RECORDED_CHARACTERS] + "…"
    return value


def request_from(environ: dict[str, Any]) -> Request:
    """Return the request in a WSGI environment, normalised as moto wants it."""
    return BackendRequest(environ)
