"""Build the layer's `python` folder: pinned third parties, botocore trimmed, the package `slipway`.

For Lambda (python3.13 on arm64) from any host by default; for this very machine with --host, which
is what the sandbox runs functions on. Needs a package index only: no Docker, no compiler.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from trim_botocore import read_services, trim

HERE = Path(__file__).resolve().parent
PACKAGE = HERE / "slipway"
LAMBDA_PYTHON = "3.13"
LAMBDA_PLATFORM = "manylinux2014_aarch64"
# pip makes these; Lambda's Python never looks at them. dist-info stays: it says what is inside.
LEFTOVERS = ("bin",)


def install(target: Path, *, host: bool) -> None:
    """Install the pinned wheels; a version without a wheel for the platform is an error."""
    place = [] if host else ["--platform", LAMBDA_PLATFORM, "--python-version", LAMBDA_PYTHON]
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--no-compile", "--no-deps", "--require-hashes", "--only-binary=:all:", *place]
    command += ["--target", str(target), "--requirement", str(HERE / "requirements.txt")]
    subprocess.run(command, check=True)
    for name in LEFTOVERS:
        shutil.rmtree(target / name, ignore_errors=True)


def third_parties(target: Path, *, host: bool) -> None:
    """Fill `target` with the dependencies, trimmed and compiled."""
    target.mkdir(parents=True, exist_ok=True)
    install(target, host=host)
    trim(target / "botocore" / "data", read_services(HERE / "aws-services.txt"))
    compile_all(target, target, host=host)


def own_package(target: Path, *, host: bool) -> None:
    """Add the package `slipway`, compiled."""
    shutil.copytree(PACKAGE, target / "slipway", ignore=shutil.ignore_patterns("__pycache__"))
    compile_all(target, target / "slipway", host=host)


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


def main() -> None:
    """Build into --output, which must not exist or be empty."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--host", action="store_true", help="for this machine instead of Lambda")
    parser.add_argument("--part", choices=("all", "third-parties", "package"), default="all")
    options = parser.parse_args()
    if options.part != "package":
        third_parties(options.output, host=options.host)
    if options.part != "third-parties":
        options.output.mkdir(parents=True, exist_ok=True)
        own_package(options.output, host=options.host)


if __name__ == "__main__":
    main()
