"""CloudWatch Logs. Who writes to an encrypted group needs no key: Logs uses it itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.access.demands.making import Makers, Params, same_named

if TYPE_CHECKING:
    from sandbox.access.facts import Facts


def _group(facts: Facts, params: Params) -> str:
    return facts.arn("logs", f"log-group:{params['logGroupName']}")


def _stream(facts: Facts, params: Params) -> str:
    return f"{_group(facts, params)}:log-stream:{params.get('logStreamName', '')}"


MAKERS: Makers = {
    **same_named("logs", _group, "CreateLogGroup", "DescribeLogStreams", "FilterLogEvents"),
    **same_named("logs", _group, "PutRetentionPolicy", "AssociateKmsKey"),
    **same_named("logs", _stream, "CreateLogStream", "PutLogEvents", "GetLogEvents"),
}
