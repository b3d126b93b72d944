"""The same scenario in two fresh sandboxes, in two processes, has the same history."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Every sandbox listens on a port of its own.
PORT = re.compile(r"127\.0\.0\.1:\d+")


def test_the_same_scenario_gives_the_same_history_twice() -> None:
    # One after the other: side by side they would wait for each other's processor.
    first, second = (history(seed) for seed in ("1", "2"))
    assert len(first) > 5
    for one, other in zip(first, second, strict=True):
        (name,) = json.loads(one)
        if one != other:
            raise AssertionError(f"{name} differs:\n{difference(one, other)}")


def history(seed: str) -> list[str]:
    """Tell the story in a process with its own seed of hashes."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.stage.story"],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": seed},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return PORT.sub("127.0.0.1", done.stdout).splitlines()


def difference(one: str, other: str) -> str:
    """Return the surroundings of the first difference."""
    at = len(os.path.commonprefix([one, other]))
    return f"…{one[max(0, at - 400) : at + 200]}\n…{other[max(0, at - 400) : at + 200]}"
