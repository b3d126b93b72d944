"""The steps that both layers are built in: pinned wheels, and compiled modules.

For Lambda (python3.13 on arm64) from any host, or for this very machine. Needs a package index
only: no Docker, no compiler. The other layer has a link to this file: `sam build` builds each layer
in a copy of its own folder, out of reach of anything beside it, and the copy has the file itself.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

LAMBDA_PYTHON = "3.13"
# Lambda's Amazon Linux 2023 has glibc 2.34.
LAMBDA_PLATFORMS = ("manylinux2014_aarch64", "manylinux_2_17_aarch64", "manylinux_2_28_aarch64")


def parser(description: str | None) -> argparse.ArgumentParser:
    """Return what both builders understand."""
    found = argparse.ArgumentParser(description=description)
    found.add_argument("--output", type=Path, required=True)
    found.add_argument("--host", action="store_true", help="for this machine instead of Lambda")
    return found


def install(requirements: Path, target: Path, *, host: bool) -> None:
    """Install the pinned wheels; a version without a wheel for the platform is an error."""
    target.mkdir(parents=True, exist_ok=True)
    platforms = [part for each in LAMBDA_PLATFORMS for part in ("--platform", each)]
    place = [] if host else [*platforms, "--python-version", LAMBDA_PYTHON]
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--no-compile", "--no-deps", "--require-hashes", "--only-binary=:all:", *place]
    command += ["--target", str(target), "--requirement", str(requirements)]
    subprocess.run(command, check=True)
    # pip makes it; Lambda's Python never looks at it. dist-info stays: it says what is inside.
    shutil.rmtree(target / "bin", ignore_errors=True)


def compile_all(target: Path, folder: Path, *, host: bool) -> None:
    """Write .pyc files with the Python that will read them.

    Unchecked hashes, because zip files carry no usable times; Lambda mounts a layer at /opt.
    """
    python = sys.executable if host else lambda_python()
    if python is None:
        missing = f"no python{LAMBDA_PYTHON} on this machine: no .pyc files for {folder.name}"
        print(f"{missing}, cold starts will triple", file=sys.stderr)
        return
    command = [python, "-m", "compileall", "-q", "-j", "0", "--invalidation-mode", "unchecked-hash"]
    subprocess.run([*command, "-s", str(target), "-p", "/opt/python", str(folder)], check=True)


def lambda_python() -> str | None:
    """Find an interpreter of Lambda's version that works: a pyenv shim may exist and refuse."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    installed = sorted(pyenv.glob(f"versions/{LAMBDA_PYTHON}.*/bin/python{LAMBDA_PYTHON}"))
    candidates = [shutil.which(f"python{LAMBDA_PYTHON}"), *map(str, installed)]
    return next((each for each in candidates if each and _runs(each)), None)


def _runs(python: str) -> bool:
    return subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0
