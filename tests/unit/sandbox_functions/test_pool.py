"""Processes that wait for their next invocation."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from sandbox.functions.pool import Pool, Warm


class _Process:
    alive = True

    def close(self) -> None:
        self.alive = False


def _config(name: str) -> Any:
    arn = f"arn:aws:lambda:us-east-1:123456789012:function:{name}"
    return SimpleNamespace(name=name, arn=arn, reserved_concurrency=None, revision="1")


def _warm() -> Any:
    process: Any = _Process()
    return Warm("1", "stream", process)


def test_of_too_many_that_wait_the_one_used_longest_ago_ends() -> None:
    pool = Pool()
    pool.most_idle = 2
    judge, plan = _config("judge"), _config("plan")
    first, second, third = _warm(), _warm(), _warm()
    for config in (judge, judge, plan):
        pool.enter(config)
    pool.leave(judge, first)
    pool.leave(plan, second)
    assert first.environment.alive
    pool.leave(judge, third)
    assert not first.environment.alive
    assert pool.enter(judge) is third
    assert pool.enter(plan) is second
    assert pool.enter(judge) is None
