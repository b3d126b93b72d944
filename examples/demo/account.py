"""A sandbox for the demo, reached as any AWS client reaches it: over HTTP."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sandbox.account import Account
from sandbox.deploy import deploy
from sandbox.gateway import ADMIN
from sandbox.kernel import Kernel

if TYPE_CHECKING:
    from collections.abc import Iterator

# Idle time passes this much faster; the work of functions and models takes what it takes.
SPEED = 60.0


@contextmanager
def account(speed: float = SPEED) -> Iterator[Account]:
    """Run an account with the stack deployed, and let this process's AWS clients speak to it."""
    kernel = Kernel(timing="wall", speed=speed)
    opened = Account(kernel)
    try:
        deploy(opened)
        os.environ.update(
            opened.credentials(ADMIN),
            AWS_ENDPOINT_URL=opened.url,
            AWS_DEFAULT_REGION=opened.region,
        )
        yield opened
    finally:
        opened.close()
