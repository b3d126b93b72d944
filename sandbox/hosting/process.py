"""The process behind a variant's instances: one model server on the loopback address."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

CONTAINER = Path(__file__).with_name("container")
CUSTOM_ATTRIBUTES = "X-Amzn-SageMaker-Custom-Attributes"

# Real seconds. A model that has not loaded by then never will, as far as this machine can wait.
_START_LIMIT = 90.0
_PING_LIMIT = 2.0


@dataclass(frozen=True)
class Launch:
    """What a model server is started with.

    Attributes
    ----------
    python
        The interpreter of the image's environment.
    folder
        The instance's own folder: the artifact is unpacked in `model` within it.
    packages
        What the user's requirements.txt brought, if there is one.
    """

    framework: str
    python: Path
    folder: Path
    environment: dict[str, str]
    packages: Path | None = None

    @property
    def model(self) -> Path:
        """What a container sees as /opt/ml/model."""
        return self.folder / "model"


@dataclass(frozen=True)
class Answer:
    """What a container answered."""

    status: int
    body: bytes
    content_type: str
    custom_attributes: str | None = None

    @property
    def ok(self) -> bool:
        """Whether the model did its work."""
        return 200 <= self.status < 300  # noqa: PLR2004 - HTTP's class for success


class NoAnswer(Exception):
    """The container died over a request."""


class ModelServer:
    """A process that loads one artifact and serves it. Its methods wait for real."""

    def __init__(self, launch: Launch) -> None:
        self.launch = launch
        self.log = launch.folder / "log.txt"
        self._port_file = launch.folder / "port"
        self._process: subprocess.Popen[bytes] | None = None
        self._port = 0

    def start(self) -> bool:
        """Start the process and wait for its first ping; False if it never answers."""
        self.stop()
        self._port_file.unlink(missing_ok=True)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command(),
                cwd=self.launch.folder,
                env=self._environment(),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + _START_LIMIT
        while time.monotonic() < deadline and self.alive:
            if self._port_file.exists():
                self._port = int(self._port_file.read_text())
                return self._pings()
            time.sleep(0.01)
        self.stop()
        return False

    @property
    def pid(self) -> int | None:
        """The process id while the process runs."""
        return self._process.pid if self._process is not None and self.alive else None

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.poll() is None

    def invoke(self, body: bytes, headers: dict[str, str], limit: float) -> Answer:
        """Send a request to the model.

        Raises
        ------
        TimeoutError
            No answer within `limit` real seconds.
        NoAnswer
            The container died over it.
        """
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=limit)
        with contextlib.closing(connection):
            try:
                connection.request("POST", "/invocations", body, headers)
                response = connection.getresponse()
                content = response.read()
            except TimeoutError:
                raise
            except (OSError, http.client.HTTPException) as error:
                raise NoAnswer(str(error)) from error
        media = response.getheader("Content-Type") or "application/octet-stream"
        return Answer(response.status, content, media, response.getheader(CUSTOM_ATTRIBUTES))

    def stop(self) -> None:
        """End the process and whatever it started."""
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):  # It may have ended by itself.
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdin is not None:
            process.stdin.close()

    def _pings(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=_PING_LIMIT)
        # Who does not answer yet does not ping.
        with contextlib.closing(connection), contextlib.suppress(OSError):
            connection.request("GET", "/ping")
            return connection.getresponse().status == http.HTTPStatus.OK
        return False

    def _command(self) -> list[str]:
        launch = self.launch
        packages = ["--packages", str(launch.packages)] if launch.packages else []
        return [
            str(launch.python),
            str(CONTAINER),
            "--framework",
            launch.framework,
            "--model",
            str(launch.model),
            "--port-file",
            str(self._port_file),
            *packages,
        ]

    def _environment(self) -> dict[str, str]:
        """Return what a container has: nothing of this machine's own environment."""
        return {
            "HOME": str(self.launch.folder),
            "LANG": "C.UTF-8",
            "OMP_NUM_THREADS": "1",
            "PATH": f"{self.launch.python.parent}:/usr/bin:/bin",
            "PYTHONUNBUFFERED": "1",
            "SM_MODEL_DIR": str(self.launch.model),
            **self.launch.environment,
        }
