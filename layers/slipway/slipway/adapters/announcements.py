"""Slipway's own events on its bus, and the same facts to people."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote

from slipway.adapters.clients import client
from slipway.adapters.faults import passing_faults
from slipway.domain.shortening import printable, shorten
from slipway.errors import ServiceBusy

if TYPE_CHECKING:
    from slipway.environment import AnnouncingEnvironment
    from slipway.ports import News

SOURCE = "slipway"
SCHEMA_VERSION = "1"
SUBJECT_LIMIT = 99
SMS_LIMIT = 1600
# EventBridge and SNS take 256 KiB; a message holds the detail quoted, beside the readable text.
DETAIL_LIMIT = 100_000


class BusAndTopic:
    """Implements Announcer.

    Parameters
    ----------
    bus : str
        Name of the event bus.
    topic : str
        ARN of the topic.
    region : str
        For links into the console.
    """

    def __init__(self, bus: str, topic: str, region: str) -> None:
        self.bus = bus
        self.topic = topic
        self.region = region

    @classmethod
    def of(cls, environment: AnnouncingEnvironment) -> Self:
        """Return the bus and the topic that a function is told."""
        return cls(environment.event_bus, environment.topic_arn, environment.aws_region)

    def announce(self, news: News) -> None:
        """Put the event on the bus, and publish it to the topic if it is for people."""
        detail = self._detail(news)
        with passing_faults():
            self._put_event(news, detail)
            if news.for_people:
                self._publish(news, detail)

    def _detail(self, news: News) -> dict[str, Any]:
        detail: dict[str, Any] = {"version": SCHEMA_VERSION, "endpoint": news.endpoint}
        if news.release:
            detail |= {"release": news.release, "model_version": news.version}
        links = {"execution": self._execution_link(news.execution)} if news.execution else {}
        if news.report:
            links["report"] = self._object_link(news.report)
        told = {**detail, "reason": shorten(news.reason), "links": links, **news.facts}
        if len(json.dumps(told)) <= DETAIL_LIMIT:
            return told
        # What is listed is in the ledger and in the report.
        return {name: [] if isinstance(each, list) else each for name, each in told.items()}

    def _execution_link(self, execution: str) -> str:
        console = f"https://{self.region}.console.aws.amazon.com/states/home"
        return f"{console}?region={self.region}#/v2/executions/details/{quote(execution, safe=':')}"

    def _object_link(self, uri: str) -> str:
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        console = f"https://{self.region}.console.aws.amazon.com/s3/object/{bucket}"
        return f"{console}?region={self.region}&prefix={quote(key, safe='/')}"

    def _put_event(self, news: News, detail: dict[str, Any]) -> None:
        entry = {
            "EventBusName": self.bus,
            "Source": SOURCE,
            "DetailType": news.kind,
            "Detail": json.dumps(detail),
            "Resources": [news.execution] if news.execution else [],
        }
        answer = client("events").put_events(Entries=[entry])
        # An entry can fail inside an answer that says 200.
        if answer.get("FailedEntryCount"):
            failed = answer["Entries"][0]
            raise ServiceBusy(f"PutEvents: {failed.get('ErrorCode')} {failed.get('ErrorMessage')}")

    def _publish(self, news: News, detail: dict[str, Any]) -> None:
        program = json.dumps({"source": SOURCE, "detail-type": news.kind, "detail": detail})
        readable = _readable(news, detail)
        # Each protocol that is named costs another copy of 256 KiB for all of them.
        message = {"default": program, "email": readable, "sms": shorten(news.reason, SMS_LIMIT)}
        subject = printable(f"{news.kind}: {news.endpoint} {news.version}".strip())
        client("sns").publish(
            TopicArn=self.topic,
            Subject=subject.encode("ascii", "replace").decode()[:SUBJECT_LIMIT],
            MessageStructure="json",
            Message=json.dumps(message),
            MessageAttributes={
                "event": {"DataType": "String", "StringValue": news.kind},
                "endpoint": {"DataType": "String", "StringValue": printable(news.endpoint) or "-"},
            },
        )


def _readable(news: News, detail: dict[str, Any]) -> str:
    lines = [detail["reason"], "", f"Endpoint: {news.endpoint or 'none'}"]
    if news.release:
        lines += [f"Version: {news.version}", f"Release: {news.release}"]
    lines += [f"{name.capitalize()}: {link}" for name, link in detail["links"].items()]
    return "\n".join(lines)
