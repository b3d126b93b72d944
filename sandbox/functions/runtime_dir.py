"""The folder that stands for /var/runtime, made of packages that the sandbox has installed."""

from __future__ import annotations

import hashlib
import shutil
import sys
import tempfile
from importlib import metadata
from pathlib import Path

from sandbox.functions.paths import BUILD

PACKAGES = ("awslambdaric", "simplejson", "snapshot-restore-py", "time-machine")
BOOTSTRAP = Path(__file__).parent / "runtime" / "bootstrap.py"


class RuntimePackageMissing(Exception):
    """A package of the function runtime is not installed; `make setup` installs it."""


def runtime_dir() -> Path:
    """Return the folder; it is made once for each set of versions."""
    found = [_distribution(name) for name in PACKAGES]
    versions = [f"{each.name}=={each.version}" for each in found]
    key = hashlib.sha256(repr([versions, sys.version, sys.platform]).encode()).hexdigest()[:16]
    target = BUILD / "runtime" / key
    if not target.is_dir():
        _assemble(target, found)
    return target


def _distribution(name: str) -> metadata.Distribution:
    try:
        return metadata.distribution(name)
    except metadata.PackageNotFoundError as error:
        raise RuntimePackageMissing(f"{name} is not installed: run `make setup`") from error


def _assemble(target: Path, distributions: list[metadata.Distribution]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=target.parent))
    for distribution in distributions:
        for file in distribution.files or []:
            source = Path(str(file.locate()))
            # Scripts and man pages lie outside site-packages.
            if ".." not in file.parts and source.is_file():
                copy = draft / file
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, copy)
    settle(draft, target)


def settle(draft: Path, target: Path) -> None:
    """Move a finished folder into place, unless another process was first."""
    try:
        draft.rename(target)
    except OSError:
        if not target.is_dir():
            raise
        shutil.rmtree(draft)
