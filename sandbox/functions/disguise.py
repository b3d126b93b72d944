"""Paths as they are in Lambda: stack traces end up in logs and histories, which must not differ."""

from __future__ import annotations

import sysconfig
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.functions.launch import Launch


class Disguise:
    """Replaces this machine's paths in what a process says."""

    def __init__(self, launch: Launch) -> None:
        here = {
            str(launch.task_root): "/var/task",
            str(launch.opt): "/opt",
            str(launch.runtime_dir): "/var/runtime",
            str(launch.scratch): "/tmp",
            sysconfig.get_path("stdlib"): f"/var/lang/lib/{launch.runtime}",
        }
        # The longest first: one folder may lie within another.
        self._paths = sorted(here.items(), key=lambda pair: -len(pair[0]))

    def text(self, text: str) -> str:
        """Return a text with Lambda's paths."""
        for path, name in self._paths:
            text = text.replace(path, name)
        return text

    def error(self, payload: bytes) -> bytes:
        """Return an error object with Lambda's paths; slashes need no escapes in JSON."""
        return self.text(payload.decode()).encode()
