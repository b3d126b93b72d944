"""SageMaker hosting: the API, the endpoints over time, and processes that really serve models.

What it does not do it refuses: serverless, asynchronous and multi-model endpoints, shadow variants,
inference components, rolling updates, and images that it has no packages of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.hosting import _moto
from sandbox.hosting.behaviour import Behaviour
from sandbox.hosting.durations import Durations
from sandbox.hosting.hosting import Hosting
from sandbox.hosting.launching import Machinery
from sandbox.hosting.pretending import PRETENDING
from sandbox.hosting.troubles import Trouble

if TYPE_CHECKING:
    from sandbox.account import Account

__all__ = [
    "PRETENDING",
    "Behaviour",
    "Durations",
    "Hosting",
    "Machinery",
    "Trouble",
    "install",
]


def install(
    account: Account, durations: Durations | None = None, machinery: Machinery | None = None
) -> Hosting:
    """Serve SageMaker hosting in an account."""
    _moto.apply()
    return Hosting(account, durations or Durations(), machinery or Machinery())
