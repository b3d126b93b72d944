"""Turns and time, as the rest of the sandbox relies on them."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.kernel import Condition, Kernel, KernelError

if TYPE_CHECKING:
    from collections.abc import Iterator

START = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture
def kernel() -> Iterator[Kernel]:
    kernel = Kernel(start=START)
    yield kernel
    kernel.close()


def test_a_night_passes_at_once_and_every_wait_ends_when_it_is_due(kernel: Kernel) -> None:
    woken: list[datetime] = []

    def sleeper() -> None:
        kernel.sleep(8 * 3600)
        woken.append(kernel.now())

    kernel.spawn(sleeper, name="sleeper")
    kernel.advance(12 * 3600)

    assert woken == [START + timedelta(hours=8)]
    assert kernel.now() == START + timedelta(hours=12)


def test_the_wall_clock_of_the_process_shows_sandbox_time(kernel: Kernel) -> None:
    seen: list[datetime] = []
    kernel.call_later(90, lambda: seen.append(datetime.now(UTC)), name="look")

    kernel.advance(100)

    assert seen == [START + timedelta(seconds=90)]
    assert datetime.now(UTC) == START + timedelta(seconds=100)


def test_an_event_wakes_those_who_wait_in_their_order_and_times_out_the_others(
    kernel: Kernel,
) -> None:
    event, log = kernel.event(), []

    def waiter(name: str, timeout: float) -> None:
        log.append((name, event.wait(timeout), kernel.timestamp() - START.timestamp()))

    for name, timeout in (("impatient", 5), ("first", 100), ("second", 100)):
        kernel.spawn(lambda n=name, t=timeout: waiter(n, t), name=name)
    kernel.call_later(60, event.set, name="set")
    kernel.advance(200)

    assert log == [("impatient", False, 5), ("first", True, 60), ("second", True, 60)]


def test_a_cancelled_timer_never_fires(kernel: Kernel) -> None:
    fired: list[str] = []
    timer = kernel.call_later(10, lambda: fired.append("cancelled"), name="cancelled")
    kernel.call_later(10, lambda: fired.append("kept"), name="kept")
    timer.cancel()

    kernel.advance(20)

    assert fired == ["kept"]


def test_real_work_costs_what_was_recorded_whatever_it_really_takes(kernel: Kernel) -> None:
    ended: list[float] = []

    def work() -> None:
        with kernel.external(charge=30):
            threading.Event().wait(0.02)
        ended.append(kernel.timestamp() - START.timestamp())

    kernel.spawn(work, name="work")
    kernel.advance(60)

    assert ended == [30]


def test_work_within_work_is_charged_when_the_outermost_ends(kernel: Kernel) -> None:
    ended: list[float] = []

    def call_from_outside() -> None:
        with kernel.guest("request"), kernel.external(charge=2):
            pass

    def work() -> None:
        with kernel.external(charge=30):
            visitor = threading.Thread(target=call_from_outside)
            visitor.start()
            visitor.join()
        ended.append(kernel.timestamp() - START.timestamp())

    kernel.spawn(work, name="work")
    kernel.advance(60)

    assert ended == [32]


def test_tasks_do_not_run_while_recorded_work_is_under_way_but_its_requests_do(
    kernel: Kernel,
) -> None:
    log: list[str] = []

    def request() -> None:
        with kernel.guest("request"):
            log.append("request")

    def work() -> None:
        kernel.spawn(lambda: log.append("task"), name="task")
        with kernel.external():
            visitor = threading.Thread(target=request)
            visitor.start()
            visitor.join()
        log.append("work")

    kernel.spawn(work, name="work")
    kernel.settle()

    assert log == ["request", "work", "task"]


def test_a_test_that_waits_moves_time_itself(kernel: Kernel) -> None:
    event = kernel.event()
    kernel.call_later(600, event.set, name="set")

    assert not event.wait(10)
    assert event.wait(1000)
    assert kernel.now() == START + timedelta(seconds=600)


def test_recorded_tasks_run_only_while_somebody_drives(kernel: Kernel) -> None:
    ran: list[str] = []
    kernel.spawn(lambda: ran.append("task"), name="task")
    for _ in range(3):
        with kernel.guest("a call"):
            ran.append("call")
    assert ran == ["call"] * 3
    kernel.settle()
    assert ran == ["call"] * 3 + ["task"]


def test_what_fails_in_a_task_reaches_whoever_drives(kernel: Kernel) -> None:
    def fails() -> None:
        raise ValueError("broken inside")

    kernel.spawn(fails, name="fails")

    with pytest.raises(KernelError, match="broken inside"):
        kernel.settle()


def test_run_until_stops_as_soon_as_the_condition_holds(kernel: Kernel) -> None:
    ticks: list[int] = []
    for second in range(1, 100):
        kernel.call_later(second, lambda s=second: ticks.append(s), name="tick")

    assert kernel.run_until(lambda: len(ticks) == 7, limit=1000)
    assert kernel.now() == START + timedelta(seconds=7)
    assert not kernel.run_until(lambda: False, limit=50)
    assert kernel.now() == START + timedelta(seconds=57)


def test_waiting_for_ever_for_nothing_is_an_error_not_a_hang(kernel: Kernel) -> None:
    with pytest.raises(KernelError, match="nothing will bring about"):
        kernel.event().wait()


def test_a_condition_wakes_as_many_as_it_is_told_to(kernel: Kernel) -> None:
    condition, woken = Condition(kernel), []
    for name in ("a", "b", "c"):
        kernel.spawn(lambda n=name: condition.wait() and woken.append(n), name=name)
    kernel.settle()

    condition.notify()
    kernel.settle()
    assert woken == ["a"]
    condition.notify_all()
    kernel.settle()
    assert woken == ["a", "b", "c"]


def test_idle_time_runs_at_the_speed_and_work_at_the_pace_of_the_wall() -> None:
    kernel = Kernel(start=START, timing="wall", speed=3600)
    try:
        before = time.monotonic()
        kernel.sleep(1800)
        real_sleep = time.monotonic() - before
        with kernel.guest("work"):
            before, began = time.monotonic(), kernel.timestamp()
            with kernel.external():
                threading.Event().wait(0.02)
            worked, real_work = kernel.timestamp() - began, time.monotonic() - before
    finally:
        kernel.close()

    assert real_sleep < 1800  # At the pace of the wall it would be 1800 at least.
    assert 0.02 <= worked <= real_work  # At the speed it would be 72 at least.


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=12))
def test_the_same_scenario_gives_the_same_history_twice(waits: list[tuple[int, int]]) -> None:
    assert _history(waits) == _history(waits)


def _history(waits: list[tuple[int, int]]) -> list[tuple[int, float]]:
    kernel = Kernel(start=START)
    log: list[tuple[int, float]] = []

    def task(number: int, first: int, second: int) -> None:
        kernel.sleep(first)
        log.append((number, kernel.timestamp()))
        with kernel.external(charge=second):
            pass
        log.append((number, kernel.timestamp()))

    for number, (first, second) in enumerate(waits):
        kernel.spawn(lambda n=number, f=first, s=second: task(n, f, s), name=f"task {number}")
    kernel.advance(200)
    kernel.close()
    return log
