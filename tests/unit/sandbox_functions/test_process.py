from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sandbox.functions.messages import Request
from sandbox.functions.results import judge

if TYPE_CHECKING:
    from pathlib import Path

    from sandbox.functions.process import Environment, Outcome
    from tests.unit.sandbox_functions.conftest import Start

INIT_SECONDS = 10.0
# Saturday, 2031-03-01, noon.
NOON_MS = 1_930_132_800_000


def invoke(environment: Environment, event: Any = None, *, limit: float = 10.0) -> Outcome:
    payload = json.dumps(event).encode()
    deadline = NOON_MS + 10_000
    request = Request("id-1", payload, deadline, "arn:aws:lambda:x", "Root=1-a-b", None)
    return environment.invoke(request, limit)


def answer(outcome: Outcome) -> Any:
    assert outcome.reply is not None, outcome
    return json.loads(outcome.reply.payload)


def test_a_handler_answers_what_it_returns(start: Start) -> None:
    environment = start("def handler(event, context): return {'got': event}")
    assert environment.init(INIT_SECONDS).ending == "answered"
    assert answer(invoke(environment, {"a": [1, "ü"]})) == {"got": {"a": [1, "ü"]}}


def test_a_process_is_used_again_and_keeps_its_globals(start: Start) -> None:
    environment = start("n = 0\ndef handler(e, c):\n    global n\n    n += 1\n    return n")
    environment.init(INIT_SECONDS)
    assert [answer(invoke(environment)) for _ in range(3)] == [1, 2, 3]


def test_the_context_is_complete(start: Start) -> None:
    environment = start(
        "import os\n"
        "def handler(e, c): return [c.aws_request_id, c.invoked_function_arn,"
        " c.get_remaining_time_in_millis(), os.environ['_X_AMZN_TRACE_ID']]"
    )
    environment.init(INIT_SECONDS)
    request_id, arn, remaining, trace = answer(invoke(environment))
    assert (request_id, arn, trace) == ("id-1", "arn:aws:lambda:x", "Root=1-a-b")
    assert 9_000 < remaining <= 10_000


def test_a_handler_sees_sandbox_time_and_real_durations(start: Start) -> None:
    environment = start(
        "import time, datetime\n"
        "def handler(e, c):\n"
        "    began = time.time(), time.monotonic()\n"
        "    time.sleep(0.05)\n"
        "    ended = time.time(), time.monotonic()\n"
        "    now = datetime.datetime.now(datetime.timezone.utc).isoformat()[:16]\n"
        "    return [now, ended[0] - began[0], ended[1] - began[1]]"
    )
    environment.init(INIT_SECONDS)
    now, wall, monotonic = answer(invoke(environment))
    assert now == "2031-03-01T12:00"
    assert 0.05 <= wall < 1
    assert 0.05 <= monotonic < 1


def test_a_failing_handler_answers_in_lambdas_shape(start: Start) -> None:
    environment = start("def handler(e, c): raise KeyError('price')")
    environment.init(INIT_SECONDS)
    outcome = invoke(environment)
    assert outcome.ending == "failed"
    error = answer(outcome)
    assert error["errorType"] == "KeyError"
    assert error["errorMessage"] == "'price'"
    assert error["requestId"] == "id-1"
    assert error["stackTrace"] == [
        '  File "/var/task/app.py", line 1, in handler\n'
        "    def handler(e, c): raise KeyError('price')\n"
    ]
    assert "[ERROR] KeyError" in outcome.printed
    assert environment.alive


def test_a_module_that_does_not_import_fails_the_init_phase(start: Start) -> None:
    outcome = start("import nowhere_to_be_found").init(INIT_SECONDS)
    assert outcome.ending == "failed"
    assert answer(outcome)["errorType"] == "Runtime.ImportModuleError"
    assert "nowhere_to_be_found" in answer(outcome)["errorMessage"]


def test_what_cannot_be_serialised_is_an_error_of_the_runtime(start: Start) -> None:
    environment = start("def handler(e, c): return {1, 2}")
    environment.init(INIT_SECONDS)
    assert answer(invoke(environment))["errorType"] == "Runtime.MarshalError"


def test_a_slow_handler_is_killed_at_its_timeout(start: Start) -> None:
    environment = start("import time\ndef handler(e, c):\n    print('working')\n    time.sleep(60)")
    environment.init(INIT_SECONDS)
    outcome = invoke(environment, limit=0.3)
    assert outcome.ending == "timed out"
    assert outcome.seconds < 5
    assert "working" in outcome.printed
    assert not environment.alive
    verdict = judge(outcome, "id-1", 3)
    assert json.loads(verdict.payload) == {
        "errorType": "Sandbox.Timedout",
        "errorMessage": "RequestId: id-1 Error: Task timed out after 3.00 seconds",
    }


def test_a_slow_import_is_killed_at_the_limit_of_init(start: Start) -> None:
    assert start("import time\ntime.sleep(60)").init(0.5).ending == "timed out"


def test_a_process_that_exits_is_reported_with_its_status(start: Start) -> None:
    environment = start("import sys\ndef handler(e, c): sys.exit(3)")
    environment.init(INIT_SECONDS)
    verdict = judge(invoke(environment), "id-1", 3)
    assert json.loads(verdict.payload) == {
        "errorType": "Runtime.ExitError",
        "errorMessage": "RequestId: id-1 Error: Runtime exited with error: exit status 3",
    }


def test_more_memory_than_declared_ends_the_process(start: Start) -> None:
    source = "def handler(e, c): return len(bytes(b'x' * (300 * 1024 * 1024)))"
    environment = start(source, memory_mb=128)
    environment.init(INIT_SECONDS)
    outcome = invoke(environment)
    assert (outcome.ending, outcome.status) == (
        "exited",
        "Runtime exited with error: signal: killed",
    )
    assert not environment.alive


def test_a_runaway_allocation_is_stopped_before_it_hurts_the_machine(start: Start) -> None:
    environment = start("def handler(e, c): return len(bytearray(20 * 1024**3))", memory_mb=128)
    environment.init(INIT_SECONDS)
    assert answer(invoke(environment))["errorType"] == "MemoryError"


def test_a_response_over_six_megabytes_is_refused(start: Start) -> None:
    environment = start("def handler(e, c): return 'x' * e")
    environment.init(INIT_SECONDS)
    assert len(answer(invoke(environment, 6 * 1024 * 1024))) == 6 * 1024 * 1024
    error = answer(invoke(environment, 7 * 1024 * 1024))
    assert error["errorType"] == "Function.ResponseSizeTooLarge"
    assert not environment.alive


def test_everything_printed_before_the_answer_is_seen(start: Start) -> None:
    environment = start("def handler(e, c):\n    print('line\\n' * 50_000, end='')")
    environment.init(INIT_SECONDS)
    assert invoke(environment).printed.count("line\n") == 50_000


def test_a_function_sees_neither_our_packages_nor_our_environment(
    start: Start, monkeypatch: Any
) -> None:
    monkeypatch.setenv("A_SECRET_OF_THE_HOST", "hunter2")
    environment = start(
        "import os, sys, importlib.util as u\n"
        "def handler(e, c): return [sorted(os.environ), sys.path,"
        " [n for n in ('moto', 'pytest', 'boto3', 'sandbox') if u.find_spec(n)]]"
    )
    environment.init(INIT_SECONDS)
    variables, path, found = answer(invoke(environment))
    assert "A_SECRET_OF_THE_HOST" not in variables
    assert found == []
    assert path[0].endswith("task-0")
    assert "/runtime/" in path[-1]


def test_layers_come_after_the_code_and_before_python(start: Start, tmp_path: Path) -> None:
    package = tmp_path / "opt" / "python"
    package.mkdir(parents=True)
    (package / "fractions.py").write_text("where = 'layer'")
    environment = start("import fractions\ndef handler(e, c): return fractions.where")
    environment.init(INIT_SECONDS)
    assert answer(invoke(environment)) == "layer"


def test_scratch_space_is_the_processs_own_and_bounded(start: Start) -> None:
    environment = start(
        "import tempfile\n"
        "def handler(e, c):\n"
        "    with tempfile.NamedTemporaryFile() as f:\n"
        "        f.write(b'x' * e)\n"
        "        return f.name",
        scratch_mb=1,
    )
    environment.init(INIT_SECONDS)
    assert "/scratch/" in answer(invoke(environment, 1000))
    assert answer(invoke(environment, 2 * 1024 * 1024))["errorType"] == "OSError"


def test_a_warm_invocation_does_not_wait_for_the_network(start: Start) -> None:
    environment = start("def handler(e, c): return e")
    environment.init(INIT_SECONDS)
    # Delayed acknowledgements would cost 40 ms every time.
    assert min(invoke(environment).seconds for _ in range(10)) < 0.035
