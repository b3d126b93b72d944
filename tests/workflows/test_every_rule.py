"""Every event that really passes the buses, against every rule that is really deployed."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.events.patterns import EventPattern
from tests.stage.archives import archive, gzipped, link, scripted, tar
from tests.stage.ears import EVERYTHING, Ear
from tests.stage.endpoint import scripted_spec
from tests.unit.conventions.test_events import BUCKET
from tests.unit.conventions.test_events import wanted as wanted_of_sample

if TYPE_CHECKING:
    from tests.stage.endpoint import Endpoint
    from tests.stage.stage import Stage

SAMPLES = sorted((Path(__file__).parents[2] / "events").glob("*.json"))
WRITES = {"PutObject", "CopyObject", "CreateMultipartUpload"}
ENDED = {"IN_SERVICE", "FAILED", "OUT_OF_SERVICE", "UPDATE_ROLLBACK_FAILED"}
STOPPED = {"FAILED", "TIMED_OUT", "ABORTED"}


@functools.cache
def rules(stage: Stage) -> dict[str, EventPattern]:
    """Return the deployed rules' patterns by their names in the template."""
    stack = stage.client("cloudformation").describe_stack_resources(StackName="slipway")
    logical = {
        resource["PhysicalResourceId"].rpartition("|")[2]: resource["LogicalResourceId"]
        for resource in stack["StackResources"]
        if resource["ResourceType"] == "AWS::Events::Rule"
    }
    found = {
        logical[rule["Name"]]: EventPattern(rule["EventPattern"])
        for bus in ("default", stage.outputs["EventBusName"])
        for rule in stage.client("events").list_rules(EventBusName=bus)["Rules"]
        if rule["Name"] in logical
    }
    assert len(found) == len(logical)
    return found


def matching(stage: Stage, event: dict[str, Any]) -> set[str]:
    return {name for name, pattern in rules(stage).items() if pattern.matches(event)}


def wanted(stage: Stage, event: dict[str, Any]) -> set[str]:
    """Say in plain words which rules an event is for."""
    told = event["source"].startswith("slipway")
    return {"JournalRule"} if told else wanted_on_the_default_bus(stage, event)


def wanted_on_the_default_bus(stage: Stage, event: dict[str, Any]) -> set[str]:
    kind, detail = event["detail-type"], event["detail"]
    if kind == "Object Created" and detail["bucket"]["name"] == stage.artifacts:
        key = detail["object"]["key"]
        model = key.startswith("models/") and key.split("/")[-1] == "model.tar.gz"
        if key.startswith("models/") and key.split("/")[-1] == "endpoint.yaml":
            return {"SettingsChangedRule"}
        return {"ModelDroppedRule"} if model else set()
    if kind == "SageMaker Endpoint State Change" and detail["EndpointStatus"] in ENDED:
        return {"EndpointChangedRule"}
    if kind == "CloudWatch Alarm State Change" and detail["state"]["value"] == "ALARM":
        return {"AlarmRangRule"} if detail["alarmName"].startswith("slipway-") else set()
    if kind == "Step Functions Execution Status Change" and detail["status"] in STOPPED:
        return wanted_at_an_end(stage, detail["stateMachineArn"])
    return set()


def wanted_at_an_end(stage: Stage, machine: str) -> set[str]:
    known = {v: k.removesuffix("StateMachineArn") for k, v in stage.outputs.items()}
    if machine not in known:
        return set()
    recovering = {"Burst": {"BurstEndedRule"}, "Drift": set(), "Remediate": set()}
    return {"WorkflowFailedRule"} | recovering.get(known[machine], {"ExecutionEndedRule"})


@pytest.fixture
def heard(stage: Stage, endpoint: Endpoint) -> list[dict[str, Any]]:
    """Everything on both buses while an endpoint lives through good and bad days."""
    ear = Ear(stage.sandbox, f"all-of-{endpoint.name}")
    ear.listen_to_bus(stage.sandbox, "default", EVERYTHING)
    endpoint.spec(scripted_spec())
    smoke = [{"content_type": "text/csv", "body": "you"}]
    assert endpoint.release("1", scripted(endpoint.name), smoke).outcome == "succeeded"
    endpoint.ask("me")
    stage.sandbox.advance(200)  # captures are written
    endpoint.release("2", gzipped(tar([(link("model.json", "/etc/passwd"), b"")])))
    endpoint.release("3", archive({"code/inference.py": b"raise ValueError"}))
    endpoint.release("4", scripted(f"{endpoint.name} again"))
    endpoint.drop("5", scripted("never"))
    stage.sandbox.advance(30)
    stage.client("stepfunctions").stop_execution(
        executionArn=stage.executions("RUNNING")[-1]["executionArn"]
    )
    stage.finish()
    ear.stop_listening_to_bus(stage.sandbox, "default")
    return [*ear.heard(), *stage.said(endpoint.name)]


def test_events_reach_the_rules_that_are_meant_and_what_slipway_writes_reaches_none(
    stage: Stage, heard: list[dict[str, Any]]
) -> None:
    kinds = {event["detail-type"] for event in heard}
    assert {"Object Created", "SageMaker Endpoint State Change", "Release Succeeded"} <= kinds
    for event in heard:
        assert matching(stage, event) == wanted(stage, event), json.dumps(event)

    model = next(event for event in heard if matching(stage, event) == {"ModelDroppedRule"})
    folders = set()
    for bucket, key in written(stage):
        folders.add(key.split("/")[0])
        for place in (bucket, stage.artifacts):
            moved = json.loads(json.dumps(model))
            moved["detail"]["bucket"]["name"], moved["detail"]["object"]["key"] = place, key
            assert matching(stage, moved) == set(), key
    assert {"accepted", "quarantine", "capture"} <= folders


def written(stage: Stage) -> set[tuple[str, str]]:
    """Return where the stack's roles have written to."""
    return {
        (record.params["Bucket"], record.params["Key"])
        for record in stage.sandbox.account.gateway.records
        if record.service == "s3" and record.operation in WRITES and not record.principal.is_admin
    }


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_reaches_the_deployed_rules_that_it_is_meant_for(stage: Stage, path: Path) -> None:
    text = path.read_text().replace(BUCKET, stage.artifacts)
    for name in [name for name in stage.outputs if name.endswith("StateMachineArn")]:
        text = text.replace(_sample_arn(text, name), stage.outputs[name])
    assert matching(stage, json.loads(text)) == wanted_of_sample(path.stem)


def _sample_arn(text: str, output: str) -> str:
    """Return the ARN in a sample that stands for a workflow of the stack."""
    kind = output.removesuffix("Arn")
    event = json.loads(text)
    arn = str(event["detail"].get("stateMachineArn", ""))
    return arn if kind in arn else "\0"
