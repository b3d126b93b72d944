"""Service integrations: what a Task's Resource calls, and how its failures are named."""

from sandbox.workflows.integrations.calls import OPTIMIZED, PATTERNS, Task, perform

__all__ = ["OPTIMIZED", "PATTERNS", "Task", "perform"]
