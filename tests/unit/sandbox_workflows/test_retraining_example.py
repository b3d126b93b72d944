"""The workflow and the template of examples/retraining, without Slipway around them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.gateway import AwsError
from sandbox.workflows.lint import check, substitutions
from scripts.check_asl import template_machines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.gateway import Call
    from sandbox_workflows.conftest import Workshop

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "examples" / "retraining"
MACHINE = (EXAMPLE / "retrain.asl.json").read_text()
SUGGESTED = json.loads((ROOT / "events" / "slipway-retraining-suggested.json").read_text())
ENDPOINT = SUGGESTED["detail"]["endpoint"]
GIVEN = {
    "ArtifactBucketName": "slipway-artifacts",
    "InstanceType": "ml.m5.large",
    "Label": "churned",
    "TrainingBucketName": "training",
    "TrainingImage": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/train:1",
    "TrainingRoleArn": "arn:aws:iam::123456789012:role/train",
}


class Training:
    """SageMaker and S3 as the workflow meets them: one training job that takes some looks."""

    def __init__(self, account: Workshop, *ends: str) -> None:
        self.jobs: list[dict[str, Any]] = []
        self.copies: list[tuple[str, str, str]] = []
        self._ends: Iterator[str] = iter(ends)
        account.gateway.serve("sagemaker", "CreateTrainingJob", self._create)
        account.gateway.serve("sagemaker", "DescribeTrainingJob", self._describe)
        account.gateway.serve("s3", "CopyObject", self._copy)

    def _create(self, call: Call) -> dict[str, Any]:
        name = call.params["TrainingJobName"]
        if any(job["TrainingJobName"] == name for job in self.jobs):
            raise AwsError("ResourceInUse", f"Training job names must be unique: {name}")
        self.jobs.append(call.params)
        return {"TrainingJobArn": f"arn:aws:sagemaker:eu-west-1:123456789012:training-job/{name}"}

    def _describe(self, call: Call) -> dict[str, Any]:
        status = next(self._ends)
        name = call.params["TrainingJobName"]
        found = {"TrainingJobName": name, "TrainingJobStatus": status, "SecondaryStatus": status}
        if status == "Completed":
            uri = f"s3://training/output/{name}/output/model.tar.gz"
            return found | {"ModelArtifacts": {"S3ModelArtifacts": uri}}
        return found | ({"FailureReason": "MaxWaitTimeExceeded"} if status == "Stopped" else {})

    def _copy(self, call: Call) -> dict[str, Any]:
        source = call.params["CopySource"]
        self.copies.append((source, call.params["Bucket"], call.params["Key"]))
        return {}


def run(account: Workshop, event: Any = SUGGESTED) -> Any:
    text = MACHINE
    for name, value in GIVEN.items():
        text = text.replace(f"${{{name}}}", value)
    machine = json.loads(text)
    states = machine.pop("States")
    return account.run(states, event, **machine)


def test_a_suggestion_trains_on_spot_and_drops_the_model_last(account: Workshop) -> None:
    training = Training(account, "InProgress", "InProgress", "Completed")
    run(account)
    (job,) = training.jobs
    assert job["EnableManagedSpotTraining"] is True
    assert job["CheckpointConfig"]["S3Uri"].endswith(job["TrainingJobName"])
    stopping = job["StoppingCondition"]
    assert stopping["MaxWaitTimeInSeconds"] > stopping["MaxRuntimeInSeconds"]
    assert job["Environment"]["SLIPWAY_WINDOW_FROM"] == SUGGESTED["detail"]["window"]["from"]
    baseline, model = training.copies
    folder = model[2].rpartition("/")[0]
    assert baseline == ("training/data/train.csv", "slipway-artifacts", f"{folder}/baseline.csv")
    assert model[0] == f"training/output/{job['TrainingJobName']}/output/model.tar.gz"
    assert model[2].startswith(f"models/{ENDPOINT}/retrained-")
    assert model[2].endswith("/model.tar.gz")


def test_an_event_that_comes_twice_trains_once(account: Workshop) -> None:
    training = Training(account, "Completed", "Completed")
    run(account)
    run(account)
    assert len(training.jobs) == 1
    assert training.copies[:2] == training.copies[2:]


def test_a_training_that_ends_without_a_model_drops_nothing(account: Workshop) -> None:
    training = Training(account, "InProgress", "Stopped")
    result = run(account)
    assert result.startswith("FAILED TrainingFailed: Training job ")
    assert result.endswith("ended as Stopped: MaxWaitTimeExceeded")
    assert training.copies == []


@pytest.mark.parametrize("endpoint", ["e", "an-endpoint-with-a-name-" + "x" * 39])
def test_names_of_any_endpoint_are_taken(account: Workshop, endpoint: str) -> None:
    training = Training(account, "Completed")
    run(account, SUGGESTED | {"detail": SUGGESTED["detail"] | {"endpoint": endpoint}})
    assert len(training.jobs[0]["TrainingJobName"]) <= 63
    assert len(training.copies[0][2].split("/")[2]) <= 40


def test_the_definition_and_the_template_hold_to_the_rules() -> None:
    assert check(MACHINE, template=True) == []
    (given,) = template_machines(EXAMPLE / "template.yaml").values()
    assert given == substitutions(MACHINE) == set(GIVEN)
    lint = [str(Path(sys.executable).with_name("cfn-lint")), str(EXAMPLE / "template.yaml")]
    done = subprocess.run(lint, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_training_encrypts_what_passes_between_containers() -> None:
    arguments = json.loads(MACHINE)["States"]["Train"]["Arguments"]
    assert arguments["EnableInterContainerTrafficEncryption"] is True
