"""The sandbox's own HTTP interface: health, clock, faults, modelled traffic."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, get_type_hints

from werkzeug.wrappers import Response

from sandbox.gateway import AwsError, Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Set

    from moto.core.request import Request

    from sandbox.account import Account

# Seconds, some thirty years; requests in a second, and as much faster than time, are far less.
_MOST = 10**9


class WrongRequest(Exception):
    """The request's body is not what the interface takes."""


class Control:
    """Answers `/_sandbox/…`.

    Attributes
    ----------
    outputs
        The stack's outputs once it is deployed; None before, and health answers 503.
    """

    def __init__(self, account: Account) -> None:
        self.outputs: dict[str, str] | None = None
        self.stack = "slipway"
        self._account = account
        self._routes: dict[tuple[str, str], Callable[[dict[str, Any]], Any]] = {
            ("GET", "health"): self._health,
            ("POST", "clock"): self._clock,
            ("POST", "faults"): self._add_fault,
            ("GET", "faults"): lambda _: account.gateway.faults.as_list(),
            ("DELETE", "faults"): self._clear_faults,
            ("POST", "traffic"): self._traffic,
        }

    def answer(self, request: Request) -> Response:
        """Answer one request with JSON; what is wrong with it is said in `error`."""
        name = request.path.removeprefix("/_sandbox/").strip("/")
        route = self._routes.get((request.method, name))
        if route is None:
            known = ", ".join(f"{method} /_sandbox/{path}" for method, path in self._routes)
            return _json({"error": f"No {request.method} {request.path}. There is: {known}."}, 404)
        try:
            result = route(_body(request))
        except (WrongRequest, ValueError, AwsError) as error:
            return _json({"error": str(error)}, 400)
        ready = self.outputs is not None or name != "health"
        return _json(result, 200 if ready else 503)

    def _health(self, _: dict[str, Any]) -> dict[str, Any]:
        kernel = self._account.kernel
        return {
            "status": "ready" if self.outputs is not None else "starting",
            "stack": self.stack,
            "outputs": self.outputs or {},
            "now": kernel.now().isoformat(),
            "speed": kernel.speed,
        }

    def _clock(self, body: dict[str, Any]) -> dict[str, Any]:
        kernel = self._account.kernel
        _expect(body, {"advance_seconds", "speed"})
        if "speed" in body:
            kernel.set_speed(_number(body, "speed"))
        if "advance_seconds" in body:
            kernel.advance(_number(body, "advance_seconds"))
        return {"now": kernel.now().isoformat(), "speed": kernel.speed}

    def _add_fault(self, body: dict[str, Any]) -> dict[str, Any]:
        self._account.gateway.faults.add(_fault(body))
        return {"faults": self._account.gateway.faults.as_list()}

    def _clear_faults(self, _: dict[str, Any]) -> dict[str, Any]:
        self._account.gateway.faults.clear()
        return {"faults": []}

    def _traffic(self, body: dict[str, Any]) -> dict[str, Any]:
        wanted = {"endpoint", "requests_per_second", "seconds"}
        _expect(body, wanted, required=wanted)
        rate, seconds = _number(body, "requests_per_second"), _number(body, "seconds")
        self._account.hosting.traffic(str(body["endpoint"]), rate, seconds)
        return {"endpoint": body["endpoint"], "requests_per_second": rate, "seconds": seconds}


def _body(request: Request) -> dict[str, Any]:
    content = request.get_data()  # Whatever its type is said to be: `curl -d` says a form.
    if not content:
        return {}
    try:
        body = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise WrongRequest(f"The body is not JSON: {error}") from error
    if not isinstance(body, dict):
        raise WrongRequest("The body must be a JSON object.")
    return body


def _expect(body: dict[str, Any], known: Set[str], required: Set[str] = frozenset()) -> None:
    unknown, missing = sorted(set(body) - known), sorted(required - set(body))
    if unknown:
        raise WrongRequest(f"Unknown: {', '.join(unknown)}. Known: {', '.join(sorted(known))}.")
    if missing:
        raise WrongRequest(f"Missing: {', '.join(missing)}.")


def _number(body: dict[str, Any], name: str) -> float:
    value = body[name]
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _MOST:
        raise WrongRequest(f"`{name}` must be a number from 0 to {_MOST}, not {value!r:.40}.")
    return float(value)


def _fault(body: dict[str, Any]) -> Fault:
    kinds = get_type_hints(Fault)
    _expect(body, kinds.keys(), required={"service", "operation"})
    for name, value in body.items():
        # What is a number in Python is none here: true is no count of calls.
        kind = kinds[name] | int if kinds[name] is float else kinds[name]
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise WrongRequest(f"`{name}` must be {kinds[name]}, not {value!r:.40}.")
    if "delay_seconds" in body:
        _number(body, "delay_seconds")
    return Fault(**body)


def _json(content: Any, status: int = 200) -> Response:
    return Response(json.dumps(content, indent=1) + "\n", status, mimetype="application/json")
