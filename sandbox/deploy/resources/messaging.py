"""SNS, SQS and EventBridge."""

from __future__ import annotations

import json
from typing import Any

from sandbox.deploy.resources.base import ApiResource, tags_of


class Topic(ApiResource):
    """An SNS topic."""

    TYPE = "AWS::SNS::Topic"
    NAME = "TopicName"
    PROPERTIES = frozenset({"TopicName", "DisplayName", "KmsMasterKeyId", "Tags", "TracingConfig"})

    def create(self, properties: dict[str, Any]) -> None:
        """Create the topic."""
        names = ("DisplayName", "KmsMasterKeyId", "TracingConfig")
        attributes = {name: properties[name] for name in names if name in properties}
        self.ref = self.api("sns").create_topic(
            Name=self.name, Attributes=attributes, Tags=tags_of(properties)
        )["TopicArn"]
        self.attributes = {"TopicArn": self.ref, "TopicName": self.name}


class TopicPolicy(ApiResource):
    """Who may use topics."""

    TYPE = "AWS::SNS::TopicPolicy"
    PROPERTIES = frozenset({"PolicyDocument", "Topics"})

    def create(self, properties: dict[str, Any]) -> None:
        """Set the policy on each topic."""
        for topic in properties["Topics"]:
            self.api("sns").set_topic_attributes(
                TopicArn=topic,
                AttributeName="Policy",
                AttributeValue=json.dumps(properties["PolicyDocument"]),
            )


class Subscription(ApiResource):
    """A subscription of a topic."""

    TYPE = "AWS::SNS::Subscription"
    PROPERTIES = frozenset(
        {
            "Endpoint",
            "FilterPolicy",
            "FilterPolicyScope",
            "Protocol",
            "RawMessageDelivery",
            "TopicArn",
        }
    )

    def create(self, properties: dict[str, Any]) -> None:
        """Subscribe."""
        names = ("FilterPolicy", "FilterPolicyScope", "RawMessageDelivery")
        attributes = {name: _text(properties[name]) for name in names if name in properties}
        self.ref = self.api("sns").subscribe(
            TopicArn=properties["TopicArn"],
            Protocol=properties["Protocol"],
            Endpoint=properties["Endpoint"],
            Attributes=attributes,
            ReturnSubscriptionArn=True,
        )["SubscriptionArn"]


class Queue(ApiResource):
    """An SQS queue; its properties are the API's attributes."""

    TYPE = "AWS::SQS::Queue"
    NAME = "QueueName"
    PROPERTIES = frozenset(
        {
            "QueueName",
            "DelaySeconds",
            "KmsDataKeyReusePeriodSeconds",
            "KmsMasterKeyId",
            "MessageRetentionPeriod",
            "RedrivePolicy",
            "SqsManagedSseEnabled",
            "Tags",
            "VisibilityTimeout",
        }
    )

    def create(self, properties: dict[str, Any]) -> None:
        """Create the queue."""
        attributes = {k: _text(v) for k, v in properties.items() if k not in ("QueueName", "Tags")}
        sqs = self.api("sqs")
        tags = {tag["Key"]: tag["Value"] for tag in tags_of(properties)}
        self.ref = sqs.create_queue(QueueName=self.name, Attributes=attributes, tags=tags)[
            "QueueUrl"
        ]
        arn = sqs.get_queue_attributes(QueueUrl=self.ref, AttributeNames=["QueueArn"])
        self.attributes = {
            "Arn": arn["Attributes"]["QueueArn"],
            "QueueName": self.name,
            "QueueUrl": self.ref,
        }


class QueuePolicy(ApiResource):
    """Who may use queues."""

    TYPE = "AWS::SQS::QueuePolicy"
    PROPERTIES = frozenset({"PolicyDocument", "Queues"})

    def create(self, properties: dict[str, Any]) -> None:
        """Set the policy on each queue."""
        for queue in properties["Queues"]:
            self.api("sqs").set_queue_attributes(
                QueueUrl=queue, Attributes={"Policy": json.dumps(properties["PolicyDocument"])}
            )


class EventBus(ApiResource):
    """An event bus."""

    TYPE = "AWS::Events::EventBus"
    NAME = "Name"
    PROPERTIES = frozenset({"Name", "Description", "KmsKeyIdentifier", "DeadLetterConfig", "Tags"})

    def create(self, properties: dict[str, Any]) -> None:
        """Create the bus."""
        given = {k: v for k, v in properties.items() if k not in ("Name", "Tags")}
        bus = self.api("events").create_event_bus(Name=self.name, Tags=tags_of(properties), **given)
        self.attributes = {"Arn": bus["EventBusArn"], "Name": self.name}


class Rule(ApiResource):
    """A rule with its targets."""

    TYPE = "AWS::Events::Rule"
    NAME = "Name"
    PROPERTIES = frozenset(
        {
            "Name",
            "Description",
            "EventBusName",
            "EventPattern",
            "RoleArn",
            "ScheduleExpression",
            "State",
            "Targets",
        }
    )

    def create(self, properties: dict[str, Any]) -> None:
        """Put the rule, then its targets."""
        events = self.api("events")
        rule = {k: v for k, v in properties.items() if k not in ("Name", "Targets", "EventPattern")}
        if "EventPattern" in properties:
            rule["EventPattern"] = json.dumps(properties["EventPattern"])
        arn = events.put_rule(Name=self.name, **rule)["RuleArn"]
        self.attributes = {"Arn": arn}
        targets = properties.get("Targets", [])
        bus = {k: v for k, v in properties.items() if k == "EventBusName"}
        if targets:
            failed = events.put_targets(Rule=self.name, Targets=targets, **bus)["FailedEntries"]
            if failed:
                raise ValueError(f"Targets of rule {self.name} are refused: {failed}")


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value) if isinstance(value, dict) else str(value)
