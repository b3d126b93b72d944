"""Runs inside a function's process: AWS's runtime client under sandbox time and limits.

Started as `python -I -S bootstrap.py <settings>`, so the function sees the standard library, its
own code and its layers, never what else is installed on this machine.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import random
import resource
import sys
import time
import uuid
from typing import Any, SupportsIndex


def arrange_path(settings: dict[str, Any]) -> None:
    """Order the import path as Lambda does, with the runtime's own packages last."""
    site = f"{settings['opt']}/python/lib/{settings['runtime']}/site-packages"
    own = [settings["task_root"], site, f"{settings['opt']}/python"]
    standard = [entry for entry in sys.path if entry not in own]
    sys.path[:] = [*own, *standard, settings["runtime_dir"]]
    sys.argv[1:] = []


def limit(settings: dict[str, Any]) -> None:
    """Bound address space and file size; a limit that this system does not know is left out."""
    for name, size in (
        ("RLIMIT_AS", settings["address_space"]),
        ("RLIMIT_FSIZE", settings["file_size"]),
    ):
        try:
            resource.setrlimit(getattr(resource, name), (size, size))
        except (AttributeError, OSError, ValueError):
            # macOS has no usable RLIMIT_AS. The resident memory is checked from outside too.
            continue


def sleep_by_counting(clock: Any) -> None:
    """Let sleeping pass at once; the sandbox counts it, and ends what oversleeps."""

    def sleep(seconds: float | SupportsIndex) -> None:
        connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
        with contextlib.closing(connection):
            connection.request("POST", f"/2018-06-01/runtime/sandbox/sleep/{float(seconds)}")
            connection.getresponse()
        clock.shift(float(seconds))

    time.sleep = sleep


def pinned_client(settings: dict[str, Any]) -> Any:
    """Return a runtime client that sets the clock to the sandbox's at every invocation."""
    import time_machine
    from awslambdaric.lambda_runtime_client import LambdaRuntimeClient

    # Where time stands still, what a function notes down does not depend on how fast it was.
    clock = time_machine.travel(settings["now"], tick=not settings["still"]).start()
    if settings["still"]:
        sleep_by_counting(clock)
        # Tokens that botocore makes up must be the same in every run as well.
        uuid.uuid4 = lambda: uuid.UUID(int=random.getrandbits(128), version=4)

    class PinnedClient(LambdaRuntimeClient):  # type: ignore[misc]  # it has no type information
        def wait_next_invocation(self) -> Any:
            request = super().wait_next_invocation()
            clock.move_to(int(request.deadline_time_in_ms) / 1000 - settings["timeout"])
            if settings["still"]:
                random.seed(request.invoke_id)
            return request

    return PinnedClient(os.environ["AWS_LAMBDA_RUNTIME_API"])


def main() -> None:
    """Serve invocations until killed."""
    settings = json.loads(sys.argv[1])
    arrange_path(settings)
    client = pinned_client(settings)
    from awslambdaric import bootstrap

    # Only now: what the runtime itself needs is not the function's.
    limit(settings)
    bootstrap.run(os.environ["_HANDLER"], client)


if __name__ == "__main__":
    main()
