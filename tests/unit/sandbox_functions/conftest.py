"""Real processes of tiny functions."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from sandbox.functions.environ import folders
from sandbox.functions.launch import Launch
from sandbox.functions.process import Environment
from sandbox.functions.runtime_dir import runtime_dir

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Start = Callable[..., Environment]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start the process of a function that is given as source text."""
    started: list[Environment] = []

    def start(source: str, **settings: object) -> Environment:
        task_root = tmp_path / f"task-{len(started)}"
        task_root.mkdir()
        (task_root / "app.py").write_text(source)
        scratch = tmp_path / "scratch"
        runtime = runtime_dir()
        variables = {"_HANDLER": "app.handler", "TZ": ":UTC", "PATH": "/usr/bin:/bin"}
        defaults = {
            "task_root": task_root,
            "opt": tmp_path / "opt",
            "runtime_dir": runtime,
            "scratch": scratch,
            "runtime": "python3.13",
            "environ": variables | folders(task_root, runtime, scratch),
            "memory_mb": 256,
            "scratch_mb": 512,
            "timeout": 10,
            "now": time.time(),
        }
        environment = Environment(Launch(**(defaults | settings)))  # type: ignore[arg-type]
        started.append(environment)
        return environment

    yield start
    for each in started:
        each.close()
