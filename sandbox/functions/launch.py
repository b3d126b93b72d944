"""What the process of a function is given: folders, limits and environment."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.functions.memory import address_space
from sandbox.functions.runtime_dir import BOOTSTRAP

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Launch:
    """All that a process is started with.

    Attributes
    ----------
    task_root
        The function's own code, unpacked: /var/task.
    opt
        Its layers, unpacked over one another: /opt.
    scratch
        Its /tmp, as TMPDIR: no other process sees it.
    runtime
        The declared runtime, e.g. `python3.13`.
    now
        Sandbox time at the start, in seconds since 1970.
    timeout
        Seconds that one invocation may take.
    still
        Whether sandbox time stands still while it works: its sleeping is then counted, not waited
        for, and what it draws at random is the same in every run.
    """

    task_root: Path
    opt: Path
    runtime_dir: Path
    scratch: Path
    runtime: str
    environ: dict[str, str]
    memory_mb: int
    scratch_mb: int
    timeout: int
    now: float
    still: bool = False


def prepare(launch: Launch) -> None:
    """Make an empty scratch folder."""
    shutil.rmtree(launch.scratch, ignore_errors=True)
    launch.scratch.mkdir(parents=True)


def command(launch: Launch, python: str) -> list[str]:
    """Return the command line: isolated, no site-packages, no .pyc written."""
    settings = {
        "task_root": str(launch.task_root),
        "opt": str(launch.opt),
        "runtime_dir": str(launch.runtime_dir),
        "runtime": launch.runtime,
        "address_space": address_space(launch.memory_mb),
        "file_size": launch.scratch_mb * 1024 * 1024,
        "timeout": launch.timeout,
        "now": launch.now,
        "still": launch.still,
    }
    return [python, "-I", "-S", "-B", str(BOOTSTRAP), json.dumps(settings)]
