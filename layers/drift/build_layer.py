"""Build the layer's `python` folder: pinned third parties, without what no function ever reads.

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

HERE = Path(__file__).resolve().parent
LAMBDA_PYTHON = "3.13"
# Lambda's Amazon Linux 2023 has glibc 2.34.
LAMBDA_PLATFORMS = ("manylinux2014_aarch64", "manylinux_2_17_aarch64", "manylinux_2_28_aarch64")
# Tests, stubs, and parts of numpy that nothing imports: with the other layer all of it has to stay
# below Lambda's 250 MB.
UNREAD = ("bin", *(f"numpy/{part}" for part in "f2py random fft polynomial testing typing".split()))
UNREAD_NAMES = ("tests", "include", "sboms", "*.pyi", "*.a", "*.h", "*.pxd")


def install(target: Path, *, host: bool) -> None:
    """Install the pinned wheels; a version without a wheel for the platform is an error."""
    platforms = [part for each in LAMBDA_PLATFORMS for part in ("--platform", each)]
    place = [] if host else [*platforms, "--python-version", LAMBDA_PYTHON]
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--no-compile", "--no-deps", "--require-hashes", "--only-binary=:all:", *place]
    command += ["--target", str(target), "--requirement", str(HERE / "requirements.txt")]
    subprocess.run(command, check=True)


def trim(target: Path) -> None:
    """Remove what is never imported."""
    for name in UNREAD:
        shutil.rmtree(target / name, ignore_errors=True)
    for pattern in UNREAD_NAMES:
        for path in list(target.rglob(pattern)):
            if path.is_dir():
                shutil.rmtree(path)
            elif path.exists():
                path.unlink()


def compile_all(target: Path, *, host: bool) -> None:
    """Write .pyc files with the Python that will read them.

    Unchecked hashes, because zip files carry no usable times; Lambda mounts a layer at /opt.
    """
    python = sys.executable if host else lambda_python()
    if python is None:
        missing = f"no python{LAMBDA_PYTHON} on this machine: no .pyc files"
        print(f"{missing}, cold starts will triple", file=sys.stderr)
        return
    command = [python, "-m", "compileall", "-q", "-j", "0", "--invalidation-mode", "unchecked-hash"]
    subprocess.run([*command, "-s", str(target), "-p", "/opt/python", str(target)], check=True)


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
    # As the other layer has it: this one is third parties only.
    parser.add_argument("--part", choices=("all", "third-parties"), default="all")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    install(options.output, host=options.host)
    trim(options.output)
    compile_all(options.output, host=options.host)


if __name__ == "__main__":
    main()
