"""What a model may keep, it may call with each request: nothing of that opens what it is given."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from slipway.domain.artifact.pickles.allowlist import kept_names
from slipway.domain.artifact.pickles.values import Kind
from tests.e2e.pythons import python_of

if TYPE_CHECKING:
    from pathlib import Path

# Calls each name with what a request may hold and with arguments of an attacker's choice, and
# tells which of them open the file, write one, run something or connect to something.
PROGRAM = """
import importlib, json, os, signal, sys, warnings
import numpy, pandas, sklearn.utils  # before anybody listens: importing runs code
warnings.simplefilter("ignore")
probe, names, watching, seen = sys.argv[1], json.load(sys.stdin), False, []
RUNS = ("exec", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "subprocess.Popen",
        "socket.connect", "os.remove", "os.rename", "os.mkdir", "shutil.rmtree", "os.chmod")
def writes(flags):
    return bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND))
def hook(event, arguments):
    if not watching or event == "exec" and arguments[0].co_filename.startswith(HOME):
        return  # a module of the packages that is imported when it is first needed
    if event in RUNS or event == "open" and (probe in str(arguments[0]) or writes(arguments[2])):
        seen.append(event)
HOME = (os.path.dirname(os.path.dirname(numpy.__file__)), os.path.dirname(os.__file__), "<frozen")
sys.addaudithook(hook)
GIVEN = [(probe,), (probe.encode(),), (numpy.frombuffer(probe.encode(), "u1"),), ([probe],),
         (numpy.array([[probe]], dtype=object),), (numpy.zeros((2, 2)),)]
MORE = [{}, {"mode": "w+", "shape": (1,)}, {"mode": "r"}, {"file": probe}, {"filename": probe},
        {"mode": "w+", "dtype": "u1", "shape": (9,)}, {"fname": probe}, {"model_file": probe},
        {"out": probe}, {"input": "filename"}, {"memory": probe}, {"dtype": "f8"},
        {"copy": False}, {"metric": "euclidean"}, {"n_jobs": 1}, {"axis": 0}]
def late(*_):
    raise TimeoutError
signal.signal(signal.SIGALRM, late)
found, tried = {}, 0
for module, name in names:
    try:
        function = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError):
        continue
    tried += 1
    for given in GIVEN:
        for more in MORE:
            seen.clear()
            watching = True
            signal.setitimer(signal.ITIMER_REAL, 2)
            try:
                function(*given, **more)
            except BaseException:
                pass
            signal.setitimer(signal.ITIMER_REAL, 0)
            watching = False
            if seen:
                found.setdefault(module + "." + name, sorted(set(seen)))
print(json.dumps([tried, found]))
"""


MEMMAP = ("numpy", "memmap")


def called(
    python: Path, folder: Path, names: list[tuple[str, str]]
) -> tuple[int, dict[str, list[str]]]:
    probe = folder / "probe.bin"
    probe.write_bytes(b"x" * 64)
    # Without -B a module that is first needed here has its compiled form written and renamed.
    answer = subprocess.run(
        [python, "-B", "-c", PROGRAM, str(probe)],
        input=json.dumps(names),
        capture_output=True,
        text=True,
        check=True,
        cwd=folder,
        timeout=300,
    )
    tried, found = json.loads(answer.stdout.splitlines()[-1])
    return tried, found


@pytest.mark.parametrize("version", ["1.2-1", "1.4-2"])
def test_nothing_that_a_model_may_keep_opens_what_it_is_given(version: str, tmp_path: Path) -> None:
    python = python_of("sklearn", version)
    kept = [(each.module, each.name) for each in kept_names()]
    values = [each for each in kept_names() if each.kind is Kind.VALUE]
    assert MEMMAP not in kept

    tried, found = called(python, tmp_path, [*kept, MEMMAP])

    # Names are those of many versions; each has its part.
    assert tried > len(values)
    # What is not on the list shows that the search finds what it is for.
    assert found.keys() == {".".join(MEMMAP)}
