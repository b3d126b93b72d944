"""A sandbox for one case after another, and another one when it has had many."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from sandbox.proving.cleaning import clear
from sandbox.proving.world import World, new_sandbox

if TYPE_CHECKING:
    from sandbox.testing import Sandbox

_CASES_PER_SANDBOX = 120


class Keeper:
    """Keeps a sandbox."""

    def __init__(self) -> None:
        self._sandbox: Sandbox | None = None
        self._used = 0
        self._numbers = itertools.count(1)

    def world(self, endpoint: str | None = None) -> World:
        """Return a world for the next case, with an endpoint of its own if none is named."""
        sandbox = self._open()
        self._used += 1
        return World(sandbox, endpoint or f"e{next(self._numbers):05d}")

    def end(self) -> None:
        """Clear what a case left; give the sandbox up where that is better."""
        assert self._sandbox is not None, "nothing has begun"
        if self._used >= _CASES_PER_SANDBOX or not clear(self._sandbox):
            self.close()

    def lend(self) -> Sandbox:
        """Return the sandbox for something else, with nothing left of the cases before."""
        sandbox = self._open()
        # Whatever comes to be in it is not looked after here.
        self._used = _CASES_PER_SANDBOX
        return sandbox

    def close(self) -> None:
        """Stop the sandbox."""
        if self._sandbox is not None:
            self._sandbox.close()
            self._sandbox = None

    def _open(self) -> Sandbox:
        if self._sandbox is None:
            self._sandbox, self._used = new_sandbox(), 0
        return self._sandbox
