"""Trains the model in the very environment that will serve it."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox.errors import Unsupported
from sandbox.hosting import environments
from sandbox.hosting.images import Image

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLE = Path(__file__).parents[1] / "diabetes"
# The second one is for Pythons that the first one's scikit-learn is older than.
IMAGES = (Image("sklearn", "1.4-2"), Image("xgboost", "3.0-5"))


@dataclass(frozen=True)
class Trained:
    """A packed model and what it answers without any server."""

    folder: Path
    report: dict[str, Any]

    @property
    def model(self) -> Path:
        """The artifact."""
        return self.folder / "model.tar.gz"

    @property
    def smoke(self) -> Path:
        """The golden requests."""
        return self.folder / "smoke.jsonl"

    @property
    def baseline(self) -> Path:
        """What it was trained on."""
        return self.folder / "baseline.csv"


@dataclass(frozen=True)
class Training:
    """How one version is trained.

    Parameters
    ----------
    columns : int
        How many of the ten measurements it is trained on.
    """

    trees: int = 120
    columns: int = 10


def serving_image() -> Image:
    """Return the first image that this machine can serve."""
    for image in IMAGES[:-1]:
        try:
            environments.interpreter(image)
        except Unsupported:
            continue
        return image
    return IMAGES[-1]


def train(image: Image, folder: Path, how: Training = Training()) -> Trained:
    """Train the example and pack it into a folder."""
    python = environments.ensure(image)
    with _data(image) as data:
        options = [f"--trees={how.trees}", f"--columns={how.columns}"]
        script = str(EXAMPLE / "train.py")
        subprocess.run([python, script, str(folder), *data, *options], check=True)
    return Trained(folder, json.loads((folder / "report.json").read_text()))


@contextmanager
def _data(image: Image) -> Iterator[list[str]]:
    """Unpack scikit-learn's data where the image does not bring it."""
    if image.framework == "sklearn":
        yield []
        return
    with tempfile.TemporaryDirectory() as name:
        wheel = _wheel("scikit-learn", IMAGES[0], Path(name))
        with zipfile.ZipFile(wheel) as archive:
            members = [each for each in archive.namelist() if "datasets/data/diabetes" in each]
            archive.extractall(name, members)
        yield [str(Path(name, "sklearn"))]


def _wheel(distribution: str, image: Image, folder: Path) -> Path:
    pins = image.pins.read_text().split("\n")
    begin = next(i for i, line in enumerate(pins) if line.startswith(f"{distribution}=="))
    end = next(i for i in range(begin, len(pins)) if not pins[i].endswith("\\"))
    wanted = folder / "wanted.txt"
    wanted.write_text("\n".join(pins[begin : end + 1]) + "\n")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    # Any Python will do: only its data is read.
    choice = ["--no-deps", "--only-binary=:all:", "--python-version=3.12", "--require-hashes"]
    command = [*pip, "download", *choice, "--dest", str(folder), "-r", str(wanted)]
    subprocess.run(command, check=True)
    return next(folder.glob("*.whl"))
