"""SNS and SQS, and the keys of topics and queues.

Source for keys: SQS developer guide, "Key management", and SNS developer guide of the same name:
who sends needs GenerateDataKey, and Decrypt to verify the new data key; who receives, Decrypt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.access.demands.making import Makers, Params, use_key
from sandbox.access.policies import Demand

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.access.facts import Facts


def _publish(facts: Facts, params: Params) -> Iterator[Demand]:
    topic = str(params.get("TopicArn") or params["TargetArn"])
    yield Demand("sns:Publish", topic, {})
    yield from use_key(facts, "sns", facts.keys.of_topic(topic), "GenerateDataKey", "Decrypt")


def _send_message(facts: Facts, params: Params) -> Iterator[Demand]:
    queue = facts.arn("sqs", str(params["QueueUrl"]).rpartition("/")[2])
    yield Demand("sqs:SendMessage", queue, {})
    yield from use_key(facts, "sqs", facts.keys.of_queue(queue), "GenerateDataKey", "Decrypt")


MAKERS: Makers = {("sns", "Publish"): _publish, ("sqs", "SendMessage"): _send_message}
