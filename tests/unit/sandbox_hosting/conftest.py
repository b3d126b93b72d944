"""An account that has moto, metrics and hosting, and model servers that only pretend to load."""

from __future__ import annotations

import io
import json
import shutil
import tarfile
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.account import Account
from sandbox.events.metrics import Metrics
from sandbox.gateway import ADMIN
from sandbox.hosting import Machinery, install
from sandbox.hosting.process import Answer, NoAnswer
from sandbox.kernel import Kernel
from sandbox.replacing import restore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.hosting.process import Launch

REGISTRY = "683313688378.dkr.ecr.us-east-1.amazonaws.com"
# Its packages have wheels for every Python that the sandbox runs on.
IMAGE = f"{REGISTRY}/sagemaker-xgboost:3.0-5"
LOG_ACTIONS = ("CreateLogGroup", "CreateLogStream", "PutLogEvents")
ROLE = "arn:aws:iam::123456789012:role/execution"


class QuickServer:
    """Loads an artifact whose `behaviour.json` says how it behaves."""

    running: set[str] = set()

    def __init__(self, launch: Launch) -> None:
        self.launch = launch
        self.log = launch.folder / "log.txt"
        self.log.write_text("")
        self.pid: int | None = None
        found = launch.model / "behaviour.json"
        self.behaviour: dict[str, Any] = json.loads(found.read_text()) if found.exists() else {}

    @property
    def alive(self) -> bool:
        return self.pid is not None

    def start(self) -> bool:
        self._print("Loading the model")
        if not self.behaviour.get("starts", True):
            self._print("ValueError: not a model")
            return False
        self.pid = 4242
        self.running.add(self.launch.folder.name)
        return True

    def invoke(self, body: bytes, headers: dict[str, str], limit: float) -> Answer:
        self._print("POST /invocations")
        if self.behaviour.get("hangs"):
            raise TimeoutError
        if self.behaviour.get("dies"):
            raise NoAnswer
        answer = self.behaviour.get("answer", "") or body.decode()
        return Answer(self.behaviour.get("status", 200), answer.encode(), "text/csv", "seen")

    def stop(self) -> None:
        self.pid = None
        self.running.discard(self.launch.folder.name)

    def _print(self, line: str) -> None:
        with self.log.open("a") as file:
            file.write(line + "\n")


class HostingAccount(Account):
    """The account without the areas that hosting does not need."""

    def _install(self) -> None:
        self.metrics = Metrics(self.kernel)
        self.emitted: list[dict[str, Any]] = []
        machinery = Machinery(lambda image: Path(image.name), QuickServer)  # type: ignore[arg-type]  # a quick stand-in
        self.hosting = install(self, machinery=machinery)

    def emit(self, source: str, detail_type: str, detail: Any, resources: Any = ()) -> None:
        self.emitted.append(detail)

    def close(self) -> None:
        self.hosting.close()
        restore()
        # The server takes half a second to notice; nothing here waits for it.
        threading.Thread(target=self._server.close, daemon=True).start()
        self.kernel.close()
        shutil.rmtree(self.state, ignore_errors=True)


def policy(**statement: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


def archive(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as file:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            file.addfile(entry, io.BytesIO(content.encode()))
    return buffer.getvalue()


@dataclass
class Aws:
    """The few steps that every test begins with."""

    account: HostingAccount
    made: int = field(default=0)

    def __post_init__(self) -> None:
        self.sagemaker = self.client("sagemaker")
        self.runtime = self.client("sagemaker-runtime")
        self.s3 = self.client("s3")
        self.s3.create_bucket(Bucket="artifacts")
        iam = self.client("iam")
        iam.create_role(
            RoleName="execution",
            AssumeRolePolicyDocument=policy(
                Action="sts:AssumeRole", Principal={"Service": "sagemaker.amazonaws.com"}
            ),
        )
        allowed = ["s3:GetObject", "s3:PutObject", *(f"logs:{name}" for name in LOG_ACTIONS)]
        allowed += ["s3:ListBucket", "cloudwatch:PutMetricData"]
        iam.put_role_policy(
            RoleName="execution",
            PolicyName="serve",
            PolicyDocument=policy(Action=allowed, Resource="*"),
        )

    @property
    def kernel(self) -> Kernel:
        return self.account.kernel

    def client(self, service: str) -> Any:
        return self.account.client(service, ADMIN)

    def artifact(self, name: str, **behaviour: Any) -> str:
        content = archive({"behaviour.json": json.dumps(behaviour)})
        self.s3.put_object(Bucket="artifacts", Key=name, Body=content)
        return f"s3://artifacts/{name}"

    def model(self, name: str, image: str = IMAGE, **behaviour: Any) -> None:
        uri = self.artifact(f"{name}.tar.gz", **behaviour)
        self.sagemaker.create_model(
            ModelName=name,
            PrimaryContainer={"Image": image, "ModelDataUrl": uri},
            ExecutionRoleArn=ROLE,
        )

    def config(self, name: str, *variants: dict[str, Any], **more: Any) -> None:
        self.sagemaker.create_endpoint_config(
            EndpointConfigName=name, ProductionVariants=list(variants), **more
        )

    def endpoint(self, name: str, config: str) -> None:
        self.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=config)

    def describe(self, name: str = "churn") -> Any:
        return self.sagemaker.describe_endpoint(EndpointName=name)

    def status(self, name: str = "churn") -> str:
        return str(self.describe(name)["EndpointStatus"])

    def reach(self, status: str, *, limit: float = 4000, name: str = "churn") -> float:
        """Let time pass until the endpoint has the status; return how long that took."""
        began = self.kernel.timestamp()
        endpoint = self.account.hosting.endpoint(name)
        reached = self.kernel.run_until(lambda: endpoint.status == status, limit=limit)
        assert reached, f"{name} is {self.status(name)}, not {status}: {self.describe(name)}"
        self.kernel.settle()
        return self.kernel.timestamp() - began

    def serve(self, *variants: dict[str, Any], **more: Any) -> None:
        """Bring the endpoint `churn` into service."""
        self.config("first", *variants, **more)
        self.endpoint("churn", "first")
        self.reach("InService")

    def invoke(self, body: bytes = b"1,2", **more: Any) -> Any:
        return self.runtime.invoke_endpoint(
            EndpointName="churn", Body=body, ContentType="text/csv", **more
        )


def variant(name: str, model: str, **more: Any) -> dict[str, Any]:
    return {
        "VariantName": name,
        "ModelName": model,
        "InitialInstanceCount": 2,
        "InstanceType": "ml.m5.large",
        **more,
    }


@pytest.fixture(name="variant")
def _variant() -> Any:
    return variant


@pytest.fixture
def aws() -> Iterator[Aws]:
    """An account whose time starts on a minute."""
    account = HostingAccount(Kernel(start=datetime(2030, 1, 7, 9, 0, tzinfo=UTC)))
    try:
        yield Aws(account)
    finally:
        account.close()
        QuickServer.running.clear()


@pytest.fixture
def running() -> set[str]:
    """The instances whose process runs."""
    return QuickServer.running
