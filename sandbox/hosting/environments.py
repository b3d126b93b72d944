"""The Python environment of each image, made on first need.

python -m sandbox.hosting.environments                 # all that can be made here
python -m sandbox.hosting.environments sklearn 1.2-1
"""

from __future__ import annotations

import fcntl
import functools
import hashlib
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.errors import Unsupported
from sandbox.hosting.images import Image, runnable

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).parents[2] / "build" / "serving"

_IMPORTS = {"sklearn": "import sklearn, pandas, joblib", "xgboost": "import xgboost"}


class EnvironmentFailed(Exception):
    """The packages of an image could not be installed."""


def interpreter(image: Image) -> Path:
    """Return a Python on this machine that the image's packages have wheels for.

    Raises
    ------
    Unsupported
        If there is none.
    """
    versions = _python_versions(image)
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    if here in versions:
        # One path, however this process was started: pytest and python of one virtual environment
        # differ in theirs, and would take turns in making the environment anew.
        return Path(getattr(sys, "_base_executable", None) or sys.executable).resolve()
    for version in versions:
        found = _other_python(version)
        if found is not None:
            return found
    raise Unsupported(
        f"The packages of the image {image.name} exist for Python {' or '.join(versions)} only; "
        f"this is Python {here}, and no other was found as python{versions[-1]} on the path."
    )


def ensure(image: Image) -> Path:
    """Return the Python of the image's environment; make the environment if it is missing."""
    python = interpreter(image)
    home = FOLDER / image.name
    marker = home / ".complete"
    wanted = hashlib.sha256(image.pins.read_bytes() + str(python).encode()).hexdigest()
    with _lock(home):
        if not marker.exists() or marker.read_text() != wanted:
            _make(image, python, home)
            marker.write_text(wanted)
    return home / "bin" / "python"


def _python_versions(image: Image) -> list[str]:
    line = re.search(r"^# python: (.+)$", image.pins.read_text(), re.MULTILINE)
    if line is None:
        raise EnvironmentFailed(f"{image.pins} does not say for which Pythons it is.")
    return line[1].split()


@functools.cache
def _other_python(version: str) -> Path | None:
    command = shutil.which(f"python{version}")
    if command is None:
        return None
    # A version manager's shim may exist for a Python that is not switched on.
    asked = subprocess.run(
        [command, "-c", "import sys; print(sys.executable)"],
        check=False,
        capture_output=True,
        text=True,
    )
    return Path(asked.stdout.strip()) if asked.returncode == 0 else None


def _make(image: Image, python: Path, home: Path) -> None:
    shutil.rmtree(home, ignore_errors=True)
    _run(python, "-m", "venv", "--without-pip", home)
    inside = home / "bin" / "python"
    # The host's pip installs into it: an own pip in each would only cost time.
    pip = (sys.executable, "-m", "pip", "--python", inside, "install", "--quiet")
    exactly = ("--require-hashes", "--no-deps", "--only-binary=:all:", "--no-compile")
    _run(*pip, *exactly, "--disable-pip-version-check", "-r", image.pins)
    _run(inside, "-c", _IMPORTS[image.framework])


def _run(*command: str | Path) -> None:
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        line = " ".join(str(part) for part in command)
        raise EnvironmentFailed(f"{line} failed:\n{done.stdout}{done.stderr}")


@contextmanager
def _lock(home: Path) -> Iterator[None]:
    """Let one process at a time make an environment."""
    home.parent.mkdir(parents=True, exist_ok=True)
    with (home.parent / f"{home.name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def main(arguments: list[str]) -> int:
    """Make the named environment, or all that can be made here."""
    one = [Image(*arguments)] if arguments else runnable()
    for image in one:
        try:
            print(f"{image.name}: {ensure(image)}", flush=True)
        except Unsupported as error:
            print(f"{image.name}: left out. {error}", file=sys.stderr)
            if arguments:
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
