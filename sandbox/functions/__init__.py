"""Lambda: functions run as AWS runs them, each in a process of its own.

The handler's code runs on the Python of this machine, whatever runtime is declared; the log of each
cold start says which. Memory is compared with what Linux reports as resident.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.functions import _moto, topics
from sandbox.functions.api import Api
from sandbox.functions.results import InvokeResult
from sandbox.functions.service import Functions

if TYPE_CHECKING:
    from sandbox.account import Account

__all__ = ["Functions", "InvokeResult", "install"]


def install(account: Account) -> Functions:
    """Give an account its functions."""
    functions = Functions(account)
    Api(account, functions).serve()

    def publish(subscription: Any, message: str, message_id: str, given: dict[str, Any]) -> None:
        now = account.kernel.now()
        event = topics.record(subscription, message, message_id, given, now)
        functions.send(subscription.endpoint, event)

    _moto.route_invocations(functions.send, publish)
    return functions
