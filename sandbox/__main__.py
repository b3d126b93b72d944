"""`python -m sandbox`: an AWS account on this machine with Slipway deployed in it."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from typing import TYPE_CHECKING

from sandbox.account import Account
from sandbox.deploy import deploy
from sandbox.gateway import ADMIN
from sandbox.gateway.http import PortBusy
from sandbox.kernel import Kernel

if TYPE_CHECKING:
    from collections.abc import Sequence

DEFAULT_PORT, DEFAULT_SPEED = 5100, 60.0
FAILED, WRONG_USE = 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted; return the process's exit code."""
    options = _parse(arguments)
    kernel = Kernel(timing="wall", speed=options.speed)
    try:
        account = Account(kernel, port=options.port)
    except PortBusy as error:
        kernel.close()
        print(f"{error} Choose another one: make sandbox PORT={options.port + 1}", file=sys.stderr)
        return WRONG_USE
    stop = _stop_on_signals()
    try:
        print(f"Deploying the stack into the sandbox at {account.url} ...", flush=True)
        outputs = deploy(account)
        print(welcome(account, outputs), flush=True)
        stop.wait()
        print("\nThe sandbox and everything in it is gone.")
        return 0
    finally:
        account.close()


def welcome(account: Account, outputs: dict[str, str]) -> str:
    """Return what to paste into another terminal."""
    credentials = account.credentials(ADMIN)
    settings = {
        "AWS_ENDPOINT_URL": account.url,
        **credentials,
        "AWS_DEFAULT_REGION": account.region,
    }
    exports = "\n".join(f"export {name}={value}" for name, value in settings.items())
    bucket = outputs["ArtifactBucketName"]
    return f"""
Ready. {account.kernel.speed:g} seconds pass here in one of yours while nothing works.

{exports}

# Drop a model, with any S3 client or with Slipway's own command:
aws s3 cp model.tar.gz s3://{bucket}/models/churn/1/model.tar.gz
.venv/bin/slipway deploy model.tar.gz --endpoint churn --version 1 --watch
.venv/bin/slipway status churn

# Ask the sandbox itself:
curl {account.url}/_sandbox/health

Ctrl-C ends it."""


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument(
        "--port", type=_port, default=DEFAULT_PORT, help="port on 127.0.0.1 (%(default)s)"
    )
    parser.add_argument(
        "--speed",
        type=_speed,
        default=DEFAULT_SPEED,
        help="sandbox seconds in a real one while nothing works (%(default)g)",
    )
    return parser.parse_args(arguments)


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) <= 65535:  # noqa: PLR2004 - the highest port
        raise argparse.ArgumentTypeError(f"a port is a number from 1 to 65535, not {text}")
    return int(text)


def _speed(text: str) -> float:
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not 0 < speed < float("inf"):
        raise argparse.ArgumentTypeError(f"a speed is a number above 0, not {text}")
    return speed


def _stop_on_signals() -> threading.Event:
    stop = threading.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: stop.set())
    return stop


if __name__ == "__main__":
    sys.exit(main())
