"""How many user requests a bad version fails on the whole sandbox before it is rolled back.

Workflows, functions, model servers and SageMaker's hosting run as they are deployed, in recorded
time. Most users are modelled; a few really invoke the endpoint, and every answer is looked at. In
modelled load a script behaves well whatever it says, so each modelled request that reaches a
version which is broken outright counts as failed. `python -m benchmarks.bad_versions`.
"""

from __future__ import annotations

from benchmarks.dropping import GOOD, Endpoint, Unexpected
from benchmarks.figures import Figure, Figures, show
from sandbox.hosting import Behaviour
from sandbox.testing import Sandbox

PER_SECOND = 0.5
BROKEN = {
    "does not load": "raise RuntimeError('no weights')\n",
    "answers 5xx": "def model_fn(f): return 1\ndef transform_fn(*_): raise ValueError('broken')\n",
    "answers another shape": "def model_fn(f): return 1\n"
    "def transform_fn(*_): return '{}', 'application/json'\n",
}
# Three times what an invocation is recorded to take, and its usual spread.
SLOW = Behaviour(latency_ms=36.0, p99_ms=80.0)


def figures() -> Figures:
    """Measure."""
    with Sandbox() as sandbox:
        endpoint = Endpoint(sandbox, "bench")
        endpoint.serve()
        return {**_broken(endpoint), **_slow(endpoint)}


def _broken(endpoint: Endpoint) -> Figures:
    return {
        f"failed user requests, version {how}": Figure.none(
            _failed(endpoint, source), "requests", "rolled back"
        )
        for how, source in BROKEN.items()
    }


def _failed(endpoint: Endpoint, source: str) -> int:
    before, users = endpoint.failed(), endpoint.users(PER_SECOND)
    users.start()
    endpoint.drop(source)
    record = endpoint.finish("rolled-back")
    users.stop()
    if not users.answers.total():
        raise Unexpected("No user was answered")
    met = endpoint.reached(record.plan["names"]["variant"])
    return endpoint.failed() - before + met + len(users.failures)


def _slow(endpoint: Endpoint) -> Figures:
    before = endpoint.failed()
    pattern = endpoint.drop(GOOD)
    # From the first user on: slower than that from the start, the replay would refuse it.
    endpoint.until(lambda record: record.step >= 0)
    endpoint.hosting.behave(pattern, SLOW)
    record = endpoint.finish("rolled-back")
    share = record.evidence["steps"][record.step]["weight"]
    words = f"rolled back at {share} %: {record.reason.split(': ', 1)[-1]}"
    failed = endpoint.failed() - before
    return {"failed user requests, version 3 times slower": Figure.none(failed, "requests", words)}


if __name__ == "__main__":
    show(figures())
