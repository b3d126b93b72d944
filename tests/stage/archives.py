"""Archives to drop: models trained in the images' own environments, and what must be refused."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import tarfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.errors import Unsupported
from sandbox.hosting import environments
from sandbox.hosting.images import Image

if TYPE_CHECKING:
    from pathlib import Path

SKLEARN_NEW, SKLEARN_OLD = Image("sklearn", "1.4-2"), Image("sklearn", "1.2-1")
XGBOOST = Image("xgboost", "3.0-5")
ROWS = "0.1,-0.2,0.3,1.5\n-2.0,0.4,0.0,0.25\n0.5,0.5,-0.5,-1.0\n"

_DATA = """
import json, sys, numpy as np
rows = np.random.default_rng(7).normal(size=(120, 4))
labels = (rows[:, 0] + rows[:, 3] > 0).astype(int)
asked = np.array(json.loads(sys.argv[2]))
"""
_TRAIN = {
    "sklearn": _DATA
    + """
import joblib
from sklearn.ensemble import RandomForestRegressor
model = RandomForestRegressor(n_estimators=5, max_depth=3, random_state=7).fit(rows, rows[:, 0])
joblib.dump(model, sys.argv[1] + "/model.joblib")
print(json.dumps(model.predict(asked).tolist()))
""",
    "xgboost": _DATA
    + """
import xgboost
model = xgboost.train({"objective": "binary:logistic"}, xgboost.DMatrix(rows, labels), 4)
model.save_model(sys.argv[1] + "/model.json")
model.save_model(sys.argv[1] + "/model.ubj")
print(json.dumps(model.predict(xgboost.DMatrix(asked)).tolist()))
""",
}

# Loads no framework, so that a test of order or failure need not wait for one.
SCRIPT = """
def model_fn(folder):
    return None

def transform_fn(model, body, content_type, accept):
    return {answer!r} + " to " + body, "text/csv"
"""
RAISING = """
print("looking for the weights")
raise RuntimeError("the weights are not in the archive")
"""


@dataclass(frozen=True)
class Trained:
    """A model's files and what it predicts for ROWS without any server."""

    files: dict[str, bytes]
    predictions: list[float]

    def archive(self, name: str, within: str = "") -> bytes:
        """Pack one of the files, under its own name or another one."""
        return archive({within or name: self.files[name]})


def train(image: Image, folder: Path) -> Trained:
    """Train with the packages of an image; raises Unsupported where they do not run."""
    python = environments.ensure(image)
    asked = json.dumps([[float(cell) for cell in row.split(",")] for row in ROWS.splitlines()])
    command: list[str | Path] = [python, "-c", _TRAIN[image.framework], folder, asked]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    return Trained(files, json.loads(done.stdout))


def scripted_image() -> Image:
    """Return the image that starts fastest of those that run here."""
    for image in (SKLEARN_NEW, SKLEARN_OLD):
        try:
            environments.interpreter(image)
        except Unsupported:
            continue
        return image
    return XGBOOST


def archive(files: dict[str, bytes]) -> bytes:
    """Pack files as `tar czf` does, without times."""
    return gzipped(tar([(tarfile.TarInfo(name), content) for name, content in files.items()]))


def tar(members: list[tuple[tarfile.TarInfo, bytes]]) -> bytes:
    """Pack members whatever they are."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as file:
        for info, content in members:
            info.size = len(content)
            file.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def gzipped(content: bytes) -> bytes:
    """Compress; the same content gives the same bytes."""
    return gzip.compress(content, mtime=0)


def scripted(answer: str = "hello", *, source: str | None = None) -> bytes:
    """Pack a script that answers everything with a text, or another script."""
    code = SCRIPT.format(answer=answer) if source is None else source
    return archive({"code/inference.py": code.encode()})


def link(name: str, target: str) -> tarfile.TarInfo:
    """Return a symbolic link."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname = tarfile.SYMTYPE, target
    return info


class Exploit:
    """Runs a command when it is unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        import os

        return os.system, ("touch pwned",)
