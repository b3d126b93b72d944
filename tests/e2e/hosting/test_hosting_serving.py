"""Real model servers behind a real account: what is dropped is what answers."""

from __future__ import annotations

import io
import json
import os
import subprocess
import tarfile
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from sandbox.account import Account
from sandbox.kernel import Kernel
from sandbox.testing import START
from tests.e2e.pythons import python_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REGISTRY = "683313688378.dkr.ecr.us-east-1.amazonaws.com"
SKLEARN = f"{REGISTRY}/sagemaker-scikit-learn:1.2-1-cpu-py3"
XGBOOST = f"{REGISTRY}/sagemaker-xgboost:3.0-5"
ROLE = "arn:aws:iam::123456789012:role/execution"
ROWS = "0.1,-0.2,0.3,1.5\n-2.0,0.4,0.0,0.25\n"

DATA = """
import sys, json, numpy as np
rows = np.random.default_rng(7).normal(size=(120, 4))
labels = (rows[:, 0] + rows[:, 3] > 0).astype(int)
asked = np.array(json.loads(sys.argv[2]))
"""
TRAIN = {
    "sklearn": DATA
    + """
import joblib
from sklearn.linear_model import LogisticRegression
model = LogisticRegression().fit(rows, labels)
joblib.dump(model, sys.argv[1])
print(json.dumps(model.predict_proba(asked)[:, 1].tolist()))
""",
    "xgboost": DATA
    + """
import xgboost
model = xgboost.train({"objective": "binary:logistic"}, xgboost.DMatrix(rows, labels), 4)
model.save_model(sys.argv[1])
print(json.dumps(model.predict(xgboost.DMatrix(asked)).tolist()))
""",
}
INFERENCE = """
import os
import joblib
import numpy as np

def model_fn(folder):
    print("loading as", os.environ["GREETING"], sorted(os.environ.get("USER", "nobody")))
    return joblib.load(os.path.join(folder, "model.joblib"))

def input_fn(body, content_type):
    return np.array([[float(cell) for cell in row.split(",")] for row in body.splitlines()])

def predict_fn(rows, model):
    return model.predict_proba(rows)[:, 1]
"""


def trained(framework: str, version: str, file: Path) -> list[float]:
    """Train a small model with the image's own packages; return its predictions for ROWS."""
    asked = json.dumps([[float(cell) for cell in row.split(",")] for row in ROWS.splitlines()])
    done = subprocess.run(
        [python_of(framework, version), "-c", TRAIN[framework], file, asked],
        check=True,
        capture_output=True,
        text=True,
    )
    predictions: list[float] = json.loads(done.stdout)
    return predictions


def archive(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as file:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            file.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


class Aws:
    def __init__(self, account: Account) -> None:
        self.account = account
        self.s3 = account.client("s3")
        self.sagemaker = account.client("sagemaker")
        self.s3.create_bucket(Bucket="artifacts")
        trust = statement(Action="sts:AssumeRole", Principal={"Service": "sagemaker.amazonaws.com"})
        rights = statement(Action=["s3:*", "logs:*", "cloudwatch:PutMetricData"], Resource="*")
        iam = account.client("iam")
        iam.create_role(RoleName="execution", AssumeRolePolicyDocument=trust)
        iam.put_role_policy(RoleName="execution", PolicyName="serve", PolicyDocument=rights)

    def serve(
        self, image: str, artifact: bytes, environment: dict[str, str] | None = None
    ) -> dict[str, Any]:
        self.s3.put_object(Bucket="artifacts", Key="model.tar.gz", Body=artifact)
        self.sagemaker.create_model(
            ModelName="m",
            PrimaryContainer={
                "Image": image,
                "ModelDataUrl": "s3://artifacts/model.tar.gz",
                "Environment": environment or {},
            },
            ExecutionRoleArn=ROLE,
            EnableNetworkIsolation=True,
        )
        variant = {
            "VariantName": "live",
            "ModelName": "m",
            "InstanceType": "ml.m5.large",
            "InitialInstanceCount": 2,
        }
        self.sagemaker.create_endpoint_config(EndpointConfigName="c", ProductionVariants=[variant])
        self.sagemaker.create_endpoint(EndpointName="churn", EndpointConfigName="c")
        self.account.kernel.run_until(
            lambda: self.describe()["EndpointStatus"] != "Creating", limit=9000
        )
        self.account.kernel.settle()
        return self.describe()

    def describe(self) -> dict[str, Any]:
        found: dict[str, Any] = self.sagemaker.describe_endpoint(EndpointName="churn")
        return found

    def invoke(self, **more: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self.account.client("sagemaker-runtime").invoke_endpoint(
            EndpointName="churn", **{"Body": ROWS.encode(), "ContentType": "text/csv", **more}
        )
        return answer

    def log(self) -> list[str]:
        logs, group = self.account.client("logs"), "/aws/sagemaker/Endpoints/churn"
        (stream,) = logs.describe_log_streams(logGroupName=group)["logStreams"]
        events = logs.get_log_events(
            logGroupName=group, logStreamName=stream["logStreamName"], startFromHead=True
        )["events"]
        return [event["message"] for event in events]


def statement(**members: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **members}]})


@pytest.fixture
def aws() -> Iterator[Aws]:
    account = Account(Kernel(start=START))
    try:
        yield Aws(account)
    finally:
        left = account.hosting.processes()
        account.close()
        for process in left:
            with pytest.raises(ProcessLookupError):
                os.kill(process, 0)


@pytest.mark.parametrize("version", ["1.2-1", "1.4-2"])
def test_a_scikit_learn_model_with_a_script_answers_as_it_does_locally(
    aws: Aws, tmp_path: Path, version: str
) -> None:
    local = trained("sklearn", version, tmp_path / "model.joblib")
    files = {
        "model.joblib": (tmp_path / "model.joblib").read_bytes(),
        "code/inference.py": INFERENCE.encode(),
    }
    environment = {
        "SAGEMAKER_PROGRAM": "inference.py",
        "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code",
        "GREETING": "slipway",
    }
    image = f"{REGISTRY}/sagemaker-scikit-learn:{version}-cpu-py3"
    assert aws.serve(image, archive(files), environment)["EndpointStatus"] == "InService"
    assert json.loads(aws.invoke()["Body"].read()) == local
    as_csv = aws.invoke(Accept="text/csv")
    assert as_csv["ContentType"] == "text/csv"
    assert [float(row) for row in as_csv["Body"].read().split()] == local
    aws.account.kernel.advance(10)
    assert "loading as slipway" in aws.log()[0]
    assert aws.log()[-1] == '"POST /invocations HTTP/1.1" 200'

    aws.sagemaker.delete_endpoint(EndpointName="churn")
    aws.account.kernel.advance(30)
    assert aws.account.hosting.processes() == []


def test_an_xgboost_model_needs_no_code(aws: Aws, tmp_path: Path) -> None:
    local = trained("xgboost", "3.0-5", tmp_path / "model.json")
    files = {"xgboost-model": (tmp_path / "model.json").read_bytes()}
    assert aws.serve(XGBOOST, archive(files))["EndpointStatus"] == "InService"
    assert [float(row) for row in aws.invoke()["Body"].read().split()] == local
    as_json = json.loads(aws.invoke(Accept="application/json")["Body"].read())
    assert [each["score"] for each in as_json["predictions"]] == local
    libsvm = aws.invoke(Body=b"0:0.1 1:-0.2 2:0.3 3:1.5", ContentType="text/libsvm")
    assert float(libsvm["Body"].read()) == local[0]
    with pytest.raises(ClientError) as caught:
        aws.invoke(Body=b"[[1]]", ContentType="application/json")
    assert caught.value.response["OriginalStatusCode"] == 415


@pytest.mark.parametrize(
    ("image", "files", "said"),
    [
        (XGBOOST, {"model.json": b"not a model"}, "XGB load model error"),
        (XGBOOST, {"deeper/model.json": b"{}"}, "IndexError"),
        (SKLEARN, {"model.joblib": b"x"}, "SAGEMAKER_PROGRAM does not name a script"),
    ],
)
def test_what_does_not_load_fails_with_the_reason_in_its_log(
    aws: Aws, image: str, files: dict[str, bytes], said: str
) -> None:
    python_of(*(("xgboost", "3.0-5") if image == XGBOOST else ("sklearn", "1.2-1")))
    failed = aws.serve(image, archive(files))
    assert failed["EndpointStatus"] == "Failed"
    assert "did not pass the ping health check" in failed["FailureReason"]
    assert any(said in line for line in aws.log())
    assert aws.account.hosting.processes() == []


def test_code_that_needs_a_network_does_not_start_without_one(aws: Aws) -> None:
    python_of("sklearn", "1.2-1")
    files = {
        "code/inference.py": b"import nowhere",
        "code/requirements.txt": b"nowhere==1.0\n",
    }
    environment = {
        "SAGEMAKER_PROGRAM": "inference.py",
        "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code",
    }
    assert aws.serve(SKLEARN, archive(files), environment)["EndpointStatus"] == "Failed"
    assert any("the container has no network" in line for line in aws.log())


def test_a_server_that_dies_over_a_request_starts_again(aws: Aws) -> None:
    python_of("sklearn", "1.2-1")
    script = b"""
import os

def model_fn(folder):
    return None

def transform_fn(model, body, content_type, accept):
    if body == "die":
        os._exit(3)
    return body, "text/csv"
"""
    environment = {
        "SAGEMAKER_PROGRAM": "serve_it.py",
        "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code",
    }
    aws.serve(SKLEARN, archive({"code/serve_it.py": script}), environment)
    with pytest.raises(ClientError) as caught:
        aws.invoke(Body=b"die")
    assert caught.value.response["OriginalStatusCode"] == 0
    assert aws.invoke(Body=b"alive")["Body"].read() == b"alive"


def test_an_update_replaces_every_process(aws: Aws) -> None:
    python_of("sklearn", "1.2-1")
    script = b"def model_fn(folder): return 1\ndef transform_fn(*_): return 'x', 'text/csv'\n"
    environment = {
        "SAGEMAKER_PROGRAM": "inference.py",
        "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code",
    }
    aws.serve(SKLEARN, archive({"code/inference.py": script}), environment)
    before = aws.account.hosting.processes()
    variants = [
        {"VariantName": name, "ModelName": "m", "InstanceType": "ml.m5.large"}
        for name in ("live", "canary")
    ]
    aws.sagemaker.create_endpoint_config(
        EndpointConfigName="two",
        ProductionVariants=[{**variant, "InitialInstanceCount": 1} for variant in variants],
    )
    aws.sagemaker.update_endpoint(EndpointName="churn", EndpointConfigName="two")
    endpoint = aws.account.hosting.endpoint("churn")
    assert aws.account.kernel.run_until(lambda: endpoint.status == "InService", limit=900)
    after = aws.account.hosting.processes()
    assert (len(before), len(after)) == (1, 2)
    assert not set(before) & set(after)
    assert aws.invoke(TargetVariant="canary")["InvokedProductionVariant"] == "canary"


def test_the_bus_hears_of_each_status(aws: Aws) -> None:
    account = aws.account
    queue = account.client("sqs").create_queue(QueueName="heard")["QueueUrl"]
    arn = f"arn:aws:sqs:us-east-1:{account.account_id}:heard"
    document = statement(
        Action="sqs:SendMessage", Principal={"Service": "events.amazonaws.com"}, Resource=arn
    )
    account.client("sqs").set_queue_attributes(QueueUrl=queue, Attributes={"Policy": document})
    events = account.client("events")
    pattern = {"source": ["aws.sagemaker"], "detail": {"EndpointName": ["churn"]}}
    events.put_rule(Name="endpoints", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="endpoints", Targets=[{"Id": "queue", "Arn": arn}])
    python_of("xgboost", "3.0-5")
    aws.serve(XGBOOST, archive({"model.json": b"not a model"}))
    found = account.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
    heard = [json.loads(message["Body"]) for message in found["Messages"]]
    assert sorted(event["detail"]["EndpointStatus"] for event in heard) == ["CREATING", "FAILED"]
    assert {event["detail-type"] for event in heard} == {"SageMaker Endpoint State Change"}
    assert heard[0]["resources"] == [
        f"arn:aws:sagemaker:us-east-1:{account.account_id}:endpoint/churn"
    ]
