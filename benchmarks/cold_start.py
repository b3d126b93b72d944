"""Cold import time of each function against what it cannot avoid.

Against: a script with nothing but the third-party import statements that run when the handler is
imported (see imports.py). Both run in fresh processes, from start to exit, with the layer's .pyc
files, in turns. What counts is the processor time of the process (user and system), and of several
runs the least: whatever else the machine does can only add to it.
`python -m benchmarks.cold_start [function ...]`.
"""

from __future__ import annotations

import compileall
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from py_compile import PycInvalidationMode

from benchmarks.figures import Figure, Figures
from benchmarks.imports import declared_imports
from sandbox.functions.layers import LAYERS, host_layer, together
from sandbox.functions.paths import ROOT
from sandbox.functions.process import interpreter

TARGET = 1.15
ROUNDS = 15
_START = "import sys; sys.path[:0] = sys.argv[1:]; import {module}"
_ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "AWS_LAMBDA_FUNCTION_NAME": "benchmark",
    "AWS_REGION": "us-east-1",
    "POWERTOOLS_SERVICE_NAME": "slipway",
    "POWERTOOLS_METRICS_NAMESPACE": "Slipway",
}


@dataclass(frozen=True)
class ColdImport:
    """Processor time in milliseconds, the least of several runs."""

    function: str
    own_ms: float
    declared_ms: float

    @property
    def ratio(self) -> float:
        """How much more the handler takes than its third-party packages alone."""
        return self.own_ms / self.declared_ms


def measure_cold_imports(function: Path, rounds: int = ROUNDS) -> ColdImport:
    """Measure one function.

    Parameters
    ----------
    function
        Its folder, with app.py in it.
    """
    # All layers: those that a handler does not have cost it nothing.
    layer = together([host_layer(each) for each in LAYERS]) / "python"
    statements = declared_imports(function / "app.py", ROOT / "layers" / "slipway")
    with tempfile.TemporaryDirectory() as folder:
        task = Path(folder) / "task"
        shutil.copytree(function, task, ignore=shutil.ignore_patterns("__pycache__"))
        (task / "declared.py").write_text("\n".join(statements) + "\n")
        compileall.compile_dir(task, quiet=1, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)
        _run("app", task, layer)  # Fills the machine's file cache; not counted.
        pairs = [(_run("app", task, layer), _run("declared", task, layer)) for _ in range(rounds)]
    own, declared = zip(*pairs, strict=True)
    return ColdImport(function.name, min(own), min(declared))


def figures(rounds: int = ROUNDS) -> Figures:
    """Measure all functions."""
    measured = [measure_cold_imports(app.parent, rounds) for app in handlers()]
    return {
        f"cold import of {each.function} / its declared packages": Figure(
            round(each.ratio, 3), "x", f"{each.declared_ms:.0f} ms; aim {TARGET:g}"
        )
        for each in measured
    }


def handlers() -> list[Path]:
    """Return every function's app.py."""
    return sorted((ROOT / "functions").glob("*/app.py"))


def _run(module: str, task: Path, layer: Path) -> float:
    script = _START.format(module=module)
    command = [interpreter(), "-I", "-S", "-B", "-c", script, str(task), str(layer)]
    with subprocess.Popen(command, env=_ENVIRONMENT, stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)  # Popen did not see it end.
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, command)
    return (usage.ru_utime + usage.ru_stime) * 1000


def main() -> None:
    """Print a line per function."""
    chosen = set(sys.argv[1:])
    for app in handlers():
        if chosen and app.parent.name not in chosen:
            continue
        cold = measure_cold_imports(app.parent)
        verdict = "" if cold.ratio <= TARGET else f"  above {TARGET}"
        print(
            f"{cold.function:24} {cold.own_ms:7.1f} ms  declared {cold.declared_ms:7.1f} ms"
            f"  ratio {cold.ratio:.2f}{verdict}"
        )


if __name__ == "__main__":
    main()
