"""Virtual time and turns: one thing runs at a time, and time moves only when nothing runs.

Everything in the sandbox that waits, waits here. That makes ten minutes of bake pass in
milliseconds, and, with recorded durations, the same scenario give the same history twice.
"""

from sandbox.kernel.kernel import Kernel, KernelError, Timing
from sandbox.kernel.threads import Condition, Event, Thread
from sandbox.kernel.timeline import Timer

__all__ = ["Condition", "Event", "Kernel", "KernelError", "Thread", "Timer", "Timing"]
