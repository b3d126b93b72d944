"""One scenario in a fresh sandbox, told to the last detail: `python -m tests.stage.story`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sandbox.gateway import Fault
from sandbox.testing import Sandbox
from tests.stage.archives import scripted
from tests.stage.endpoint import Endpoint, scripted_spec
from tests.stage.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Iterator


def play(stage: Stage) -> None:
    """Two endpoints at the same time, a refusal, faults, a drop that waits."""
    first, second = Endpoint(stage, "first"), Endpoint(stage, "second")
    for endpoint in (first, second):
        endpoint.spec(scripted_spec())
        endpoint.drop("1", scripted(endpoint.name), [{"content_type": "text/csv", "body": "x"}])
    first.inject(Fault("sagemaker", "CreateModel", "ThrottlingException", times=8))
    first.inject(Fault("sns", "Publish", lose_reply=True))
    stage.sandbox.advance(20)
    first.drop("2", b"not a model")
    stage.finish()
    first.ask("me")
    stage.sandbox.advance(300)


def tell(stage: Stage) -> Iterator[tuple[str, Any]]:
    """Give the whole history in plain values."""
    for execution in stage.executions():
        described = stage.describe(execution["executionArn"])
        yield "execution", {k: described.get(k) for k in ("name", "status", "input", "output")}
        yield "history", stage.history(execution["executionArn"])
    table = stage.outputs["LedgerTableName"]
    pages = stage.client("dynamodb").get_paginator("scan").paginate(TableName=table)
    yield "ledger", sorted(json.dumps(i) for page in pages for i in page["Items"])
    yield "said", stage.events.heard()
    yield "told", stage.messages.heard()
    yield (
        "calls",
        [
            (each.time, each.principal.arn, each.operation, each.params, each.error)
            for each in stage.sandbox.account.gateway.records
        ],
    )


def main() -> None:
    """Print a line for each part of the history."""
    stage = Stage(Sandbox())
    try:
        play(stage)
        for name, content in tell(stage):
            print(json.dumps({name: content}, default=str))
    finally:
        stage.close()


if __name__ == "__main__":
    main()
