"""The kernel: turns and time together."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

import time_machine

from sandbox.kernel.threads import Event, Thread, Workers
from sandbox.kernel.timeline import Timeline, Timer
from sandbox.kernel.turns import Turn, Turns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Timing = Literal["recorded", "wall"]


class KernelError(Exception):
    """Something of the sandbox's own failed while it ran; the first failure is the cause."""


class Kernel:
    """Runs tasks one at a time and moves time when none runs.

    Parameters
    ----------
    start
        The first moment of sandbox time, aware; without it, the present.
    timing
        `recorded`: time stands still while functions and models work, and a recorded
        duration is charged after; runs are deterministic, and time moves only when it is told to.
        `wall`: that work takes sandbox time one to one, whatever the speed.
    speed
        With `wall`: sandbox seconds per real second while nothing works.
    """

    def __init__(
        self, *, start: datetime | None = None, timing: Timing = "recorded", speed: float = 1.0
    ) -> None:
        self.timing = timing
        self._speed = speed
        self._timeline = Timeline(start or datetime.now(UTC))
        self._turns = Turns(overlap=timing == "wall")
        self._changed = threading.Condition()
        self._local = threading.local()
        self._driver: int | None = None
        # How far time may move without a look at anything in between.
        self._until = float("-inf")
        self._debt = 0.0
        self._failures: list[BaseException] = []
        self._closed = False
        self.workers = Workers(self)
        self._pinned = self._timeline.now()
        self._travel = time_machine.travel(self._pinned, tick=False)
        self._wall_clock = self._travel.start()
        if timing == "wall":
            threading.Thread(target=self._run_clock, name="sandbox-clock", daemon=True).start()

    # ── time ────────────────────────────────────────────────────────────────────────────────

    def now(self) -> datetime:
        """Return the present moment of sandbox time, in UTC."""
        with self._changed:
            return self._timeline.now()

    def timestamp(self) -> float:
        """Return the present moment in seconds since 1970."""
        with self._changed:
            return self._timeline.timestamp()

    @property
    def speed(self) -> float:
        """Sandbox seconds per real second while nothing works (`wall` timing)."""
        return self._speed

    def set_speed(self, speed: float) -> None:
        """Change the speed of idle time (`wall` timing)."""
        if not speed > 0:
            raise ValueError(f"The speed must be above 0, not {speed}.")
        with self._changed:
            self._speed = speed
            self._settle_rate()

    def call_at(self, when: datetime, action: Callable[[], None], *, name: str) -> Timer:
        """Run an action as a task of its own at a moment."""
        with self._changed:
            timer = self._timeline.add(when.timestamp(), action, name)
            self._settle_rate()
            return timer

    def call_later(self, seconds: float, action: Callable[[], None], *, name: str) -> Timer:
        """Run an action as a task of its own after some seconds."""
        with self._changed:
            timer = self._timeline.add(self._timeline.timestamp() + seconds, action, name)
            self._settle_rate()
            return timer

    # ── tasks ───────────────────────────────────────────────────────────────────────────────

    def spawn(self, action: Callable[[], None], *, name: str) -> Thread:
        """Run an action as a task, after those that already wait for their turn."""
        thread = Thread(self, target=action, name=name)
        thread.start()
        return thread

    def event(self) -> Event:
        """Return an event whose waits pass in sandbox time."""
        return Event(self)

    def sleep(self, seconds: float) -> None:
        """Wait in sandbox time."""
        Event(self).wait(max(seconds, 0.0))

    @contextmanager
    def guest(self, name: str) -> Iterator[None]:
        """Take a turn from a thread that is no task; free within a turn already held."""
        if self.holds_turn():
            yield
            return
        turn = self._enter(Turn(name))
        try:
            yield
        finally:
            self._leave(turn)

    @contextmanager
    def external(self, charge: float | None = None) -> Iterator[None]:
        """Wait for real work (a process, a socket) without holding the turn.

        Parameters
        ----------
        charge
            Sandbox seconds that the work is recorded to take; used with `recorded` timing only.
            Work within work is charged when the outermost one ends.
        """
        turn: Turn | None = getattr(self._local, "turn", None)
        with self._changed:
            self._turns.working += 1
            if turn is not None:
                turn.granted.clear()
                self._turns.release(turn)
            self._settle_rate()
        try:
            yield
        finally:
            self._come_back(turn)
            if charge and self.timing == "recorded":
                self.sleep(charge)

    def fail(self, error: BaseException) -> None:
        """Report a failure of the sandbox itself: whoever drives the kernel gets it."""
        self._failures.append(error)

    def holds_turn(self) -> bool:
        """Tell whether the calling thread runs inside the kernel now."""
        turn = getattr(self._local, "turn", None)
        return turn is not None and self._turns.holder is turn

    # ── driving, from outside ───────────────────────────────────────────────────────────────

    def advance(self, seconds: float) -> None:
        """Let some time pass: everything that falls due runs, then this returns."""
        self._drive(self.timestamp() + seconds)

    def run_until(self, condition: Callable[[], bool], *, limit: float) -> bool:
        """Let time pass until a condition holds, checked whenever nothing runs.

        Returns
        -------
        bool
            False if the condition does not hold after `limit` seconds.
        """
        return self._drive(self.timestamp() + limit, condition)

    def settle(self) -> None:
        """Run what can run now, without moving time."""
        self._drive(self.timestamp())

    def close(self) -> None:
        """Stop the clock and give the process its own time back."""
        with self._changed:
            if self._closed:
                return
            self._closed = True
            self._changed.notify_all()
        self.workers.close()
        self._travel.stop()

    # ── for threads.py ──────────────────────────────────────────────────────────────────────

    def run_task(self, turn: Turn, action: Callable[[], None]) -> None:
        """Wait for the turn, run the action, give the turn back; keep what it raises.

        What falls due next is run as well, where whoever drives would only have somebody else run
        it: to change threads twice takes longer than most tasks do.
        """
        task: tuple[Turn, Callable[[], None]] | None = (turn, action)
        while task is not None:
            task = self._run(*task)

    def queue_task(self, turn: Turn) -> None:
        """Let a task wait for its turn."""
        with self._changed:
            self._turns.want(turn)
            self._settle_rate()

    def wait(self, waiters: list[Turn], is_set: Callable[[], bool], timeout: float | None) -> bool:
        """Sleep until `wake` is called for the waiters or the timeout passes in sandbox time."""
        if not self.holds_turn():
            with self.guest(threading.current_thread().name):
                return self.wait(waiters, is_set, timeout)
        if is_set():
            return True
        if self._must_not_wait():
            self._debt += timeout or 0.0
            return is_set()
        turn: Turn = self._local.turn
        if getattr(self._local, "guest", False) and self._driver is None and self._stands_still():
            return self._drive_as_guest(turn, is_set, timeout)
        return self._sleep_on(waiters, turn, is_set, timeout)

    def wake(self, waiters: list[Turn]) -> None:
        """Queue those who wait, in the order in which they began."""
        with self._changed:
            for turn in waiters:
                self._turns.want(turn)
            waiters.clear()
            self._settle_rate()

    # ── within ──────────────────────────────────────────────────────────────────────────────

    def _stands_still(self) -> bool:
        return self.timing == "recorded"

    def _must_not_wait(self) -> bool:
        # A function that a task waits for calls in: time stands still until the function is done,
        # so waiting here would be for ever. What it would have waited is charged with the work.
        return self._stands_still() and self._turns.working > 0

    def _sleep_on(
        self,
        waiters: list[Turn],
        turn: Turn,
        is_set: Callable[[], bool],
        timeout: float | None,
    ) -> bool:
        timer = None
        with self._changed:
            waiters.append(turn)
            if timeout is not None:
                due = self._timeline.timestamp() + timeout
                timer = self._timeline.add(due, lambda: None, f"timeout of {turn.name}")
                timer.action = lambda: self._time_out(waiters, turn)
            turn.granted.clear()
            self._turns.release(turn)
            self._settle_rate()
        turn.granted.wait()
        if timer is not None:
            timer.cancel()
        self._pin_wall_clock()
        return is_set()

    def _time_out(self, waiters: list[Turn], turn: Turn) -> None:
        if turn in waiters:
            waiters.remove(turn)
            self.queue_task(turn)

    def _drive_as_guest(
        self, turn: Turn, is_set: Callable[[], bool], timeout: float | None
    ) -> bool:
        # Nobody else moves time: a test's own call that must wait moves it itself.
        turn.granted.clear()
        with self._changed:
            self._turns.release(turn)
        self._local.turn = None
        until = float("inf") if timeout is None else self.timestamp() + timeout
        try:
            self._drive(until, is_set)
        finally:
            self._enter(turn)
        return is_set()

    def _enter(self, turn: Turn) -> Turn:
        with self._changed:
            self._turns.visit(turn)
            self._settle_rate()
        turn.granted.wait()
        self._local.turn = turn
        self._local.guest = True
        self._pin_wall_clock()
        return turn

    def _leave(self, turn: Turn) -> None:
        self._local.turn = None
        self._local.guest = False
        with self._changed:
            self._turns.release(turn)
            self._settle_rate()

    def _come_back(self, turn: Turn | None) -> None:
        with self._changed:
            self._turns.working -= 1
            if turn is not None:
                self._turns.resume(turn)
            else:
                self._turns.grant()
            outermost = self._turns.working == 0
            self._settle_rate()
        if turn is not None:
            turn.granted.wait()
            self._pin_wall_clock()
            if outermost and self._debt and self._stands_still():
                debt, self._debt = self._debt, 0.0
                self.sleep(debt)

    def _settle_rate(self) -> None:
        if self.timing == "wall":
            still = 0.0 if self._driver is not None else self._speed
            self._timeline.set_rate(still if self._turns.idle else 1.0)
            self._changed.notify_all()
        elif self._turns.idle or self._driver is None:
            # Whoever drives waits for this alone; to wake for more costs more than most tasks do.
            self._changed.notify_all()

    def _pin_wall_clock(self) -> None:
        now = self.now()
        if now != self._pinned:
            self._wall_clock.move_to(now, tick=False)
            self._pinned = now

    def _fire(self, until: float) -> bool:
        timer = self._timeline.pop_due(until)
        if timer is None:
            return False
        self._timeline.move_to(timer.due)
        Thread(self, target=timer.action, name=timer.name).start()
        return True

    def _run(
        self, turn: Turn, action: Callable[[], None]
    ) -> tuple[Turn, Callable[[], None]] | None:
        """Run one task; return the next one if it is this thread's as well."""
        turn.granted.wait()
        self._local.turn = turn
        self._pin_wall_clock()
        try:
            action()
        except Exception as error:  # Raised again by whoever drives the kernel.
            self._failures.append(error)
        self._local.turn = None
        with self._changed:
            self._turns.release(turn)
            following = self._follow()
            if following is None:
                self._settle_rate()
            return following

    def _follow(self) -> tuple[Turn, Callable[[], None]] | None:
        """Take what falls due next, if nothing else has to happen first."""
        if self._failures or self._closed or not self._turns.idle:
            return None
        timer = self._timeline.pop_due(self._until)
        if timer is None:
            return None
        self._timeline.move_to(timer.due)
        turn = Turn(timer.name)
        self._turns.want(turn)
        return turn, timer.action

    def _drive(self, until: float, condition: Callable[[], bool] | None = None) -> bool:
        if self.holds_turn():
            raise RuntimeError("A task cannot move time; it can only sleep.")
        self._take_wheel()
        try:
            return self._drive_to(until, condition)
        finally:
            with self._changed:
                self._driver = None
                self._until = float("-inf")
                self._turns.driven = not self._stands_still()
                self._settle_rate()

    def _take_wheel(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._driver is None)
            self._driver = threading.get_ident()
            self._turns.driven = True
            self._turns.grant()
            self._settle_rate()

    def _drive_to(self, until: float, condition: Callable[[], bool] | None) -> bool:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._turns.idle or self._closed)
            self._raise_failures()
            if condition is not None and condition():
                return True
            with self._changed:
                if not self._turns.idle:
                    continue
                if condition is None:
                    self._until = until
                if self._fire(until):
                    continue
                if until != float("inf"):
                    self._timeline.move_to(until)
                    self._pin_wall_clock()
                    return False
            raise KernelError("Waits for something that nothing will bring about.")

    def _raise_failures(self) -> None:
        if self._failures:
            first, self._failures = self._failures[0], []
            raise KernelError(f"{type(first).__name__}: {first}") from first

    def _run_clock(self) -> None:
        with self._changed:
            while not self._closed:
                self._changed.wait(self._tick())

    def _tick(self) -> float | None:
        """Fire what is due; return how many real seconds may pass before the next look."""
        if self._driver is not None or not self._turns.quiet:
            return None
        while self._turns.quiet and self._fire(self._timeline.timestamp()):
            pass
        due = self._timeline.next_due()
        if due is None or not self._turns.quiet:
            return None
        return max(due - self._timeline.timestamp(), 0.0) / self._timeline.rate
