"""The sandbox as a user starts it, over real HTTP: any S3 client, AWS's own SDK, curl's verbs."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.stage.archives import XGBOOST, archive, scripted
from tests.stage.endpoint import hosting, scripted_spec
from tests.stage.leftovers import children

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from botocore.client import BaseClient

    from sandbox.hosting.images import Image
    from tests.stage.archives import Trained

ROOT = Path(__file__).parents[3]
SPEED = 600
# Real seconds: a machine that tests on both cores is slow to begin.
PATIENCE = 120
PART = 5 * 1024 * 1024


class Server:
    """`python -m sandbox` in a process of its own, and what it printed."""

    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        self.process = process
        self.url = url
        self.printed = ""

    def until_ready(self) -> None:
        """Read what it prints until it says how to end it."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.printed += line
            if "Ctrl-C ends it" in line:
                return
        raise AssertionError(f"The sandbox ended: {self.printed}")

    @property
    def exports(self) -> dict[str, str]:
        """The settings to paste."""
        return dict(re.findall(r"^export (AWS_\w+)=(.+)$", self.printed, re.MULTILINE))

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Speak to the sandbox itself."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/_sandbox/{path}", data, method=method)
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.load(answer)

    def client(self, service: str, **settings: Any) -> BaseClient:
        """Return boto3's client with the settings that were printed."""
        return boto3.client(
            service,
            endpoint_url=self.exports["AWS_ENDPOINT_URL"],
            region_name=self.exports["AWS_DEFAULT_REGION"],
            aws_access_key_id="any",
            aws_secret_access_key="key",
            config=Config(retries={"total_max_attempts": 1}, read_timeout=PATIENCE, **settings),
        )

    def slipway(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the command as a user does, with nothing but the printed settings."""
        program = "from slipway_cli.main import app; app()"
        path = os.pathsep.join(str(ROOT / each) for each in ("layers/slipway", "cli"))
        environ = {"PATH": os.environ["PATH"], "PYTHONPATH": path, "COLUMNS": "120", **self.exports}
        return subprocess.run(
            [sys.executable, "-c", program, *arguments],
            env=environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox", "--port", str(port), "--speed", str(SPEED)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    server = Server(process, f"http://127.0.0.1:{port}")
    try:
        server.until_ready()
        yield server
        started = children(process.pid)
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0
        left = {pid for pid in started if _runs(pid)}
        assert left == set(), f"The sandbox left processes: {left}"
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


@pytest.fixture
def bucket(server: Server) -> str:
    found: str = server.control("GET", "health")["outputs"]["ArtifactBucketName"]
    return found


def test_health_tells_stack_outputs_and_time(server: Server) -> None:
    health = server.control("GET", "health")
    assert (health["status"], health["stack"], health["speed"]) == ("ready", "slipway", SPEED)
    assert {
        "ArtifactBucketName",
        "MonitoringBucketName",
        "LedgerTableName",
        "NotificationTopicArn",
        "EventBusName",
        "ReleaseStateMachineArn",
    } <= set(health["outputs"])
    assert health["outputs"]["ArtifactBucketName"] in server.printed
    assert "aws s3 cp" in server.printed


def test_a_model_dropped_by_an_sdk_answers_through_invoke_endpoint(
    server: Server, bucket: str, trained: Callable[[Image], Trained]
) -> None:
    model = trained(XGBOOST)
    s3 = server.client("s3")
    s3.put_object(
        Bucket=bucket, Key="models/churn/1/model.tar.gz", Body=model.archive("model.json")
    )
    before = server.control("GET", "health")["now"]
    after = server.control("POST", "clock", {"advance_seconds": 900})["now"]
    assert after > before
    wait_for(server, "churn")
    answer = server.client("sagemaker-runtime").invoke_endpoint(
        EndpointName="churn", ContentType="text/csv", Accept="text/csv", Body=rows()
    )
    assert [float(each) for each in answer["Body"].read().split()] == model.predictions


def test_a_client_without_an_sdk_drops_by_a_signed_address(server: Server, bucket: str) -> None:
    s3 = server.client("s3", signature_version="s3v4")
    for name, body in (
        ("endpoint.yaml", scripted_spec().encode()),
        ("1/model.tar.gz", scripted("signed")),
    ):
        place = {"Bucket": bucket, "Key": f"models/signed/{name}"}
        request = urllib.request.Request(
            s3.generate_presigned_url("put_object", Params=place), body, method="PUT"
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            assert answer.status == 200
    server.control("POST", "clock", {"advance_seconds": 900})
    wait_for(server, "signed")
    assert ask(server, "signed") == "signed to you"


def test_a_large_model_uploaded_in_parts_is_one_release(server: Server, bucket: str) -> None:
    script = b"def model_fn(f): return 1\ndef transform_fn(*_): return 'large', 'text/csv'\n"
    weights = os.urandom(PART + 1)
    body = archive({"code/inference.py": script, "weights.bin": weights})
    s3 = server.client("s3")
    s3.put_object(Bucket=bucket, Key="models/large/endpoint.yaml", Body=scripted_spec().encode())
    s3.upload_fileobj(
        io.BytesIO(body),
        bucket,
        "models/large/1/model.tar.gz",
        Config=TransferConfig(multipart_threshold=PART, multipart_chunksize=PART),
    )
    server.control("POST", "clock", {"advance_seconds": 900})
    wait_for(server, "large")
    assert ask(server, "large") == "large"


def test_the_command_drops_watches_and_shows(server: Server, tmp_path: Path) -> None:
    model, spec = tmp_path / "model.tar.gz", tmp_path / "endpoint.yaml"
    model.write_bytes(scripted("watched"))
    spec.write_text(scripted_spec())
    drop = ("deploy", str(model), "--endpoint", "watched", "--version", "1")
    good = server.slipway(*drop, "--spec", str(spec), "--watch")
    assert good.returncode == 0, good.stdout + good.stderr
    shown = server.slipway("status", "watched", "--json")
    (status,) = json.loads(shown.stdout)
    assert (status["endpoint"], status["state"]) == ("watched", "serving")
    assert status["live"]["version"] == "1"
    assert [each["outcome"] for each in status["releases"]] == ["succeeded"]

    spec.write_text(hosting(XGBOOST))
    bad = server.slipway(*drop[:-1], "2", "--spec", str(spec), "--watch")
    assert bad.returncode == 1
    assert "artifact.allow_code: true" in bad.stdout + bad.stderr
    assert server.slipway("deploy", str(model), "--endpoint", "watched").returncode == 2


def test_faults_can_be_injected_listed_and_taken_back(server: Server) -> None:
    fault = {
        "service": "sagemaker",
        "operation": "ListModels",
        "error": "ThrottlingException",
        "message": "Rate exceeded",
        "times": 2,
    }
    server.control("POST", "faults", fault)
    assert server.control("GET", "faults")[0].items() >= fault.items()
    sagemaker = server.client("sagemaker")
    with pytest.raises(ClientError, match="Rate exceeded"):
        sagemaker.list_models()
    server.control("DELETE", "faults")
    assert server.control("GET", "faults") == []
    sagemaker.list_models()


@pytest.mark.parametrize(
    ("path", "body"),
    [("clock", {"advance": 5}), ("faults", {"service": "s3"}), ("clock", {"speed": 0})],
)
def test_a_wrong_request_to_the_sandbox_is_explained(
    server: Server, path: str, body: dict[str, Any]
) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        server.control("POST", path, body)
    with caught.value as answer:
        assert answer.code == 400
        assert json.load(answer)["error"]


def test_a_busy_port_is_named(server: Server) -> None:
    port = server.url.rpartition(":")[2]
    second = subprocess.run(
        [sys.executable, "-m", "sandbox", "--port", port],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert second.returncode == 2
    assert port in second.stderr


def wait_for(server: Server, endpoint: str) -> None:
    """Wait for the release of version 1; the work of functions takes real time."""
    deadline = time.monotonic() + PATIENCE
    table = server.control("GET", "health")["outputs"]["LedgerTableName"]
    found: list[dict[str, Any]] = []
    while time.monotonic() < deadline:
        found = server.client("dynamodb").query(
            TableName=table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": f"release#{endpoint}"}},
        )["Items"]
        if [each["outcome"]["S"] for each in found] == ["succeeded"]:
            return
        server.control("POST", "clock", {"advance_seconds": 30})
    raise AssertionError(f"{endpoint}: {found}")


def ask(server: Server, endpoint: str) -> str:
    answer = server.client("sagemaker-runtime").invoke_endpoint(
        EndpointName=endpoint, ContentType="text/csv", Body=b"you"
    )
    text: str = answer["Body"].read().decode()
    return text


def rows() -> bytes:
    from tests.stage.archives import ROWS

    return ROWS.encode()


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
