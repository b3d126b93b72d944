"""Where an asynchronous invocation goes in the end: dead-letter targets and destinations."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from sandbox.account import Account
    from sandbox.functions.asynchronous import Item
    from sandbox.functions.config import Config
    from sandbox.functions.results import InvokeResult

# SQS and SNS take so much of an error in an attribute.
_ERROR_CHARACTERS = 1024


class Destinations:
    """Sends as the function's role.

    Attributes
    ----------
    lost
        What could not be sent, as (function, target, error code). AWS only counts these.
    """

    def __init__(self, account: Account) -> None:
        self.lost: list[tuple[str, str, str]] = []
        self._account = account

    def finish(
        self, config: Config, item: Item, result: InvokeResult | None, condition: str
    ) -> None:
        """Report an invocation's end to a destination, a failure to the dead-letter target too."""
        wanted = "OnSuccess" if condition == "Success" else "OnFailure"
        targets = config.async_config.get("DestinationConfig", {})
        target = targets.get(wanted, {}).get("Destination")
        if target:
            record = self._record(config, item, result, condition)
            self._send(config, target, json.dumps(record), {})
        if condition != "Success" and config.dead_letter_arn:
            self._send(config, config.dead_letter_arn, item.payload.decode(), _letter(item, result))

    def _record(
        self, config: Config, item: Item, result: InvokeResult | None, condition: str
    ) -> dict[str, Any]:
        now = self._account.kernel.now()
        record: dict[str, Any] = {
            "version": "1.0",
            "timestamp": now.strftime("%Y-%m-%dT%H:%M:%S.") + f"{now.microsecond // 1000:03d}Z",
            "requestContext": {
                "requestId": item.request_id,
                "functionArn": f"{config.arn.split(':$')[0]}:{item.qualifier or '$LATEST'}",
                "condition": condition,
                "approximateInvokeCount": item.invoked,
            },
            "requestPayload": json.loads(item.payload or b"{}"),
        }
        if result is not None:
            context: dict[str, Any] = {"statusCode": 200, "executedVersion": result.version}
            failed = {"functionError": result.function_error} if result.function_error else {}
            record["responseContext"] = context | failed
            record["responsePayload"] = json.loads(result.payload or b"null")
        return record

    def _send(self, config: Config, target: str, body: str, attributes: dict[str, Any]) -> None:
        service = target.split(":")[2]
        senders = {"sqs": self._sqs, "sns": self._sns, "lambda": self._lambda, "events": self._bus}
        try:
            senders[service](config, target, body, attributes)
        except ClientError as error:
            self.lost.append((config.name, target, error.response["Error"]["Code"]))

    def _client(self, config: Config, service: str) -> Any:
        return self._account.client(service, self._account.role(config.role, config.name))

    def _sqs(self, config: Config, target: str, body: str, attributes: dict[str, Any]) -> None:
        *_, region, owner, name = target.split(":")
        url = f"https://sqs.{region}.amazonaws.com/{owner}/{name}"
        client = self._client(config, "sqs")
        client.send_message(QueueUrl=url, MessageBody=body, MessageAttributes=attributes)

    def _sns(self, config: Config, target: str, body: str, attributes: dict[str, Any]) -> None:
        client = self._client(config, "sns")
        client.publish(TopicArn=target, Message=body, MessageAttributes=attributes)

    def _lambda(self, config: Config, target: str, body: str, _: dict[str, Any]) -> None:
        client = self._client(config, "lambda")
        client.invoke(FunctionName=target, InvocationType="Event", Payload=body.encode())

    def _bus(self, config: Config, target: str, body: str, _: dict[str, Any]) -> None:
        condition = json.loads(body)["requestContext"]["condition"]
        outcome = "Success" if condition == "Success" else "Failure"
        entry = {
            "Source": "lambda",
            "DetailType": f"Lambda Function Invocation Result - {outcome}",
            "Detail": body,
            "Resources": [config.arn],
            "EventBusName": target,
        }
        self._client(config, "events").put_events(Entries=[entry])


def _letter(item: Item, result: InvokeResult | None) -> dict[str, Any]:
    code, message = "429", "Rate Exceeded."
    if result is not None:
        code, message = "200", str(json.loads(result.payload).get("errorMessage", ""))
    texts = {"RequestID": item.request_id, "ErrorMessage": message[:_ERROR_CHARACTERS]}
    attributes = {name: {"DataType": "String", "StringValue": text} for name, text in texts.items()}
    return attributes | {"ErrorCode": {"DataType": "Number", "StringValue": code}}
