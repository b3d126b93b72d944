"""Model servers without a process: for many releases whose models do not matter.

They come up at once and answer each row with a prediction; `Hosting.behave` makes them worse.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.hosting.launching import Machinery
from sandbox.hosting.process import Answer

if TYPE_CHECKING:
    from sandbox.hosting.images import Image
    from sandbox.hosting.process import Launch


class PretendingServer:
    """Stands for `sandbox.hosting.process.ModelServer`."""

    def __init__(self, launch: Launch) -> None:
        self.launch = launch
        self.log = launch.folder / "log.txt"
        self.log.write_text("")
        self.pid: int | None = None

    @property
    def alive(self) -> bool:
        """There is nothing that could die."""
        return True

    def start(self) -> bool:
        """Be there."""
        return True

    def invoke(self, body: bytes, headers: dict[str, str], limit: float) -> Answer:
        """Predict a number for each row."""
        del headers, limit
        rows = max(len(body.decode("utf-8", "replace").strip().splitlines()), 1)
        return Answer(200, b"0.5\n" * rows, "text/csv")

    def stop(self) -> None:
        """Be gone."""


def _no_python(image: Image) -> Path:
    return Path(image.name)


PRETENDING = Machinery(_no_python, PretendingServer)  # type: ignore[arg-type]  # stands for it
