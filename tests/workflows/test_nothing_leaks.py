"""No secret, and nothing that users ask or are answered, in what Slipway writes or tells."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sandbox.hosting import PRETENDING
from sandbox.hosting.behaviour import Behaviour
from tests.stage.archives import XGBOOST, scripted
from tests.stage.drifting import Drifting
from tests.stage.endpoint import hosting
from tests.unit.drift_runs.captures import line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandbox.hosting.images import Image
    from tests.stage.archives import Trained
    from tests.stage.endpoint import Endpoint
    from tests.stage.stage import Stage

ASKED, ANSWERED, SECRET = "patient4711asked", "diagnosis-0815", "sk-live-51H8x"
MARKS = (ASKED, ANSWERED, SECRET)
SPEC = "artifact: {allow_code: true}\nrelease: {steps: [50, 100], bake: 5m, replay: 20}\n"


def test_what_users_ask_is_in_no_log_event_message_or_page(
    stage: Stage, endpoint: Endpoint, trained: Callable[[Image], Trained]
) -> None:
    endpoint.spec(hosting(XGBOOST, f", environment: {{API_KEY: {SECRET}}}") + SPEC)
    first = endpoint.release("1", scripted(ANSWERED))
    assert first.outcome == "succeeded", first.reason
    for number in range(12):
        assert ANSWERED in endpoint.ask(f"{ASKED},{number}")
    stage.sandbox.advance(200)
    # A booster quotes what it cannot read, and its container answers with that.
    refused = endpoint.release("2", trained(XGBOOST).archive("model.json"))
    assert refused.outcome == "rolled-back"
    assert "replayed requests failed: answered with an error (HTTP 415)" in refused.reason

    stage.sandbox.account.hosting.traffic(endpoint.name, 20.0, 24 * 3600.0)
    stage.sandbox.advance(400)
    stage.sandbox.account.hosting.behave(f"{endpoint.name}-3-*", Behaviour(error_rate=0.3))
    bad = endpoint.release("3", scripted(ANSWERED))
    assert bad.outcome == "rolled-back"

    captured = stored(stage, stage.outputs["MonitoringBucketName"], "capture/")
    assert ASKED in "".join(captured.values()), "The captures themselves have to hold it."
    found = [(place, mark) for place, text in written(stage) for mark in MARKS if mark in text]
    assert found == []


class Colours(Drifting):
    """An endpoint that is asked with a number and a colour, and answers with a word."""

    def training(self, rows: int = 1000) -> str:
        """Return training data of two colours."""
        draw = self.numbers.gauss
        told = [f"{draw(0, 1):.4f},{('red', 'blue')[n % 2]},{n % 2}" for n in range(rows)]
        return "\n".join(["a,colour,label", *told, ""])

    def asked_with(self, colour: str, answer: str, rows: int = 400) -> None:
        """Capture requests, half of them with a colour that the baseline does not know."""
        draw = self.numbers.gauss
        told = [
            line(f"{draw(3, 1):.4f},{(colour, 'red')[n % 2]}", answer, event=f"{colour}-{n}")
            for n in range(rows)
        ]
        torn = json.dumps({"captureData": colour}).encode()
        wide = line(f"1,2,3,{colour}", answer, event="wide")
        self.capture(b"\n".join([*told, torn, wide, colour.encode(), b""]))


def test_what_drifts_is_told_without_a_word_of_a_user(stage: Stage, endpoint: Endpoint) -> None:
    stage.sandbox.account.hosting.use(PRETENDING)
    watched = Colours(stage, endpoint, "drift: {label: label, schedule: 'cron(0 0 1 * ? *)'}\n")
    for _ in range(2):
        watched.asked_with(ASKED, ANSWERED)
        stage.sandbox.advance(600)
        assert watched.look()["status"] == "SUCCEEDED"
    assert "Model Drift Detected" in watched.kinds()
    mails = "".join(subject for subject, _ in stage.mails(endpoint.name))
    assert "Model Drift Detected" in mails

    kept = stored(stage, watched.bucket, "")
    pages = {key: text for key, text in kept.items() if key.endswith((".html", "violations.json"))}
    assert "categorical_values" in "".join(pages.values()), sorted(kept)
    # What users sent is kept as captures, as lines of them that cannot be read, and as the frequent
    # words of statistics.json, which Model Monitor's has as well: the page about drift says so.
    users_own = ("capture/", "quarantine/")
    others = {each: text for each, text in kept.items() if not each.startswith(users_own)}
    searched = [*written(stage), *others.items()]
    found = {place for place, text in searched for mark in MARKS if mark in text}
    assert {place for place in found if not place.endswith("/statistics.json")} == set()


def written(stage: Stage) -> Iterator[tuple[str, str]]:
    """Give all that Slipway wrote or told, by place."""
    yield from logs(stage)
    for name, ear in (("bus", stage.events), ("topic", stage.messages), ("s3", stage.arrivals)):
        yield from ((name, json.dumps(each)) for each in ear.heard())
    for sent in stage.sandbox.account.bus.notifications.outbox:
        yield f"{sent.protocol} message", f"{sent.subject} {sent.message}"
    yield from stored(stage, stage.outputs["MonitoringBucketName"], "reports/").items()
    for item in items(stage):
        # What a model is to find in its environment is part of the plan.
        plain = json.dumps(item, default=str).replace(SECRET, "")
        yield f"ledger {item['pk']} {item['sk']}", plain
    for execution in stage.sandbox.account.workflows.all_executions():
        yield execution.exec_arn, json.dumps(stage.history(execution.exec_arn), default=str)


def logs(stage: Stage) -> Iterator[tuple[str, str]]:
    """Give every log line but those of the models: what a model prints is its own affair."""
    client = stage.client("logs")
    for page in client.get_paginator("describe_log_groups").paginate():
        for group in page["logGroups"]:
            name = group["logGroupName"]
            if name.startswith("/aws/sagemaker/"):
                continue
            for lines in client.get_paginator("filter_log_events").paginate(logGroupName=name):
                yield from ((name, line["message"]) for line in lines["events"])


def stored(stage: Stage, bucket: str, prefix: str) -> dict[str, str]:
    """Return the objects below a prefix as text."""
    client = stage.client("s3")
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    keys = [each["Key"] for page in pages for each in page.get("Contents", [])]
    return {
        key: client.get_object(Bucket=bucket, Key=key)["Body"].read().decode("utf-8", "replace")
        for key in keys
    }


def items(stage: Stage) -> Iterator[dict[str, Any]]:
    """Give every item of the ledger."""
    pages = stage.client("dynamodb").get_paginator("scan")
    for page in pages.paginate(TableName=stage.outputs["LedgerTableName"]):
        for item in page["Items"]:
            yield {"pk": item["pk"]["S"], "sk": item["sk"]["S"], "all": item}
