"""An endpoint on a sandbox, and scripts that are dropped on it as models."""

from __future__ import annotations

import io
import tarfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from examples.demo.training import serving_image
from sandbox.load import Users
from slipway.adapters.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.testing import Sandbox
    from slipway.domain.release import ReleaseRecord

GOOD = """
def model_fn(folder):
    return None

def transform_fn(model, body, content_type, accept):
    return "0.5", "text/csv"
"""
QUESTION, ANSWER = b"1,2", b"0.5"
REQUESTS_PER_SECOND = 20.0
# Bakes at the full weight are compared with the minutes before them.
BEFORE_SECONDS = 600.0
LIMIT_SECONDS = 12 * 3600.0
_DAYS = 30 * 24 * 3600.0
_CAPTURED, _CAPTURE_SECONDS = 200, 150.0
# Looked at only so often: a look at every moment would take longer than what happens between.
SOON, _LATER = 15.0, 60.0
_ENDED_SECONDS = 60.0
_HOSTING = {
    "sklearn": "framework: scikit-learn, framework_version: 1.4-2-py312",
    "xgboost": "framework: xgboost, framework_version: 3.0-5",
}


class Unexpected(Exception):
    """A release did not go as it must, so there is nothing to measure."""


@dataclass
class Endpoint:
    """One endpoint that serves.

    Parameters
    ----------
    release : str
        Settings of `release` in endpoint.yaml, such as ``bake: 20m``.
    """

    sandbox: Sandbox
    name: str
    instances: int = 2
    release: str = ""
    _version: int = field(default=0, init=False)
    _release: str = field(default="", init=False)

    def serve(self, requests_per_second: float = REQUESTS_PER_SECOND) -> None:
        """Release a good version, let requests be captured, and begin the modelled load."""
        self.sandbox.put(f"models/{self.name}/endpoint.yaml", self._spec().encode())
        self.drop(GOOD)
        self.finish("succeeded")
        runtime = self.sandbox.client("sagemaker-runtime")
        for _ in range(_CAPTURED):
            runtime.invoke_endpoint(EndpointName=self.name, ContentType="text/csv", Body=QUESTION)
        self.sandbox.advance(_CAPTURE_SECONDS)
        if requests_per_second:
            self.hosting.traffic(self.name, requests_per_second, _DAYS)
            self.sandbox.advance(BEFORE_SECONDS)

    @property
    def hosting(self) -> Any:
        """The sandbox's hosting."""
        return self.sandbox.account.hosting

    def users(self, per_second: float) -> Users:
        """Return users beside the modelled ones, to whom the models themselves answer."""
        account = self.sandbox.account
        return Users(account, self.name, QUESTION, per_second=per_second, expect=_is_right)

    @property
    def next_pattern(self) -> str:
        """A pattern of the name that the model of the next version will have."""
        return self._pattern(self._version + 1)

    def drop(self, source: str) -> str:
        """Drop a script as the next version; return a pattern of its model's name."""
        self._version, self._release = self._version + 1, ""
        # A comment makes every version's bytes differ.
        body = _packed(f"{source}\n# version {self._version}\n")
        self.sandbox.put(f"models/{self.name}/{self._version}/model.tar.gz", body)
        return self._pattern(self._version)

    def until(self, holds: Callable[[ReleaseRecord], Any], every: float = SOON) -> ReleaseRecord:
        """Let time pass until something holds of the newest release, looked at every so often."""
        end = self.sandbox.kernel.timestamp() + LIMIT_SECONDS
        while (found := self._record()) is None or not holds(found):
            if self.sandbox.kernel.timestamp() > end:
                raise Unexpected(f"{self.name} is where it was after {LIMIT_SECONDS:g} s")
            self.sandbox.advance(every)
        return found

    def finish(self, outcome: str) -> ReleaseRecord:
        """Let the newest release come to its end; it has to be this one."""
        record = self.until(lambda record: record.outcome not in {"running", "parked"}, _LATER)
        # The execution goes on for a moment after the outcome is written.
        self.sandbox.advance(_ENDED_SECONDS)
        if record.outcome != outcome:
            raise Unexpected(f"{record.release} ended as {record.outcome}: {record.reason}")
        return record

    def status(self) -> str:
        """Return SageMaker's word for what the endpoint does."""
        described = self.sandbox.client("sagemaker").describe_endpoint(EndpointName=self.name)
        return str(described["EndpointStatus"])

    def failed(self) -> int:
        """Return how many requests of modelled users have failed."""
        return int(self.hosting.traffic_log.total(self.name).failed)

    def reached(self, variant: str) -> int:
        """Return how many requests of modelled users a variant has got."""
        return int(self.hosting.traffic_log.total(self.name, variant).requests)

    def _pattern(self, version: int) -> str:
        return f"{self.name}-{version}-*"

    def _record(self) -> ReleaseRecord | None:
        """Return the release of the version that was dropped last; None if there is none yet."""
        # The package's own ledger, reached without a socket.
        with patch("slipway.adapters.ledger.table.client", self.sandbox.client):
            ledger = Ledger(self.sandbox.outputs["LedgerTableName"])
            if self._release:
                return ledger.read_release(self.name, self._release)
            records = ledger.list_releases(self.name)
        found = [record for record in records if record.drop.version == str(self._version)]
        self._release = found[-1].release if found else ""
        return found[-1] if found else None

    def _spec(self) -> str:
        framework = _HOSTING[serving_image().framework]
        return (
            f"hosting: {{{framework}, instance_count: {self.instances}}}\n"
            f"scaling: {{min: {self.instances}, max: {2 * self.instances}}}\n"
            "artifact: {allow_code: true}\n"
            f"release: {{{self.release}}}\n"
        )


def _is_right(answer: bytes) -> bool:
    return answer.strip() == ANSWER


def _packed(source: str) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        content = source.encode()
        info = tarfile.TarInfo("code/inference.py")
        info.size = len(content)
        archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()
