"""An HTTP request as the event of a function URL (payload format 2.0), and its answer."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from sandbox.gateway import Reply

if TYPE_CHECKING:
    from moto.core.request import Request

    from sandbox.account import Account
    from sandbox.functions.results import InvokeResult
    from sandbox.gateway import Principal

_TEXT = ("text/", "application/json", "application/javascript", "application/xml")
_JSON = {"Content-Type": "application/json"}


def event_of(request: Request, principal: Principal, key: str, account: Account) -> bytes:
    """Return the event as JSON."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    query = {name: ",".join(values) for name, values in request.args.lists()}
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": request.path,
        "rawQueryString": request.query_string.decode(),
        "headers": headers,
        "requestContext": _context(request, principal, key, account),
    }
    if query:
        event["queryStringParameters"] = query
    return json.dumps({**event, **_body(request, headers)}).encode()


def _context(request: Request, principal: Principal, key: str, account: Account) -> dict[str, Any]:
    host = request.host.partition(":")[0]
    now = account.kernel.now()
    return {
        "accountId": account.account_id,
        "apiId": host.partition(".")[0],
        "authorizer": {
            "iam": {
                "accessKey": key,
                "accountId": account.account_id,
                "callerId": key,
                "cognitoIdentity": None,
                "principalOrgId": None,
                "userArn": principal.arn,
                "userId": key,
            }
        },
        "domainName": host,
        "domainPrefix": host.partition(".")[0],
        "http": {
            "method": request.method,
            "path": request.path,
            "protocol": "HTTP/1.1",
            "sourceIp": "127.0.0.1",
            "userAgent": request.headers.get("User-Agent", ""),
        },
        "requestId": f"url-{now.timestamp():.6f}",
        "routeKey": "$default",
        "stage": "$default",
        "time": f"{now:%d/%b/%Y:%H:%M:%S +0000}",
        "timeEpoch": int(now.timestamp() * 1000),
    }


def _body(request: Request, headers: dict[str, str]) -> dict[str, Any]:
    data = request.get_data()
    if not data:
        return {"isBase64Encoded": False}
    if headers.get("content-type", "").startswith(_TEXT):
        return {"body": data.decode(), "isBase64Encoded": False}
    return {"body": base64.b64encode(data).decode(), "isBase64Encoded": True}


def reply_of(result: InvokeResult) -> Reply:
    """Return what the caller gets: the function says status, headers and body, or just JSON."""
    if result.function_error:
        return Reply(502, _JSON, b"Internal Server Error")
    answer = json.loads(result.payload)
    if not isinstance(answer, dict) or "statusCode" not in answer:
        return Reply(200, _JSON, result.payload)
    body = answer.get("body", "")
    text = body if isinstance(body, str) else json.dumps(body)
    data = base64.b64decode(text) if answer.get("isBase64Encoded") else text.encode()
    headers = {str(name): str(value) for name, value in (answer.get("headers") or {}).items()}
    return Reply(int(answer["statusCode"]), headers or _JSON, data)
