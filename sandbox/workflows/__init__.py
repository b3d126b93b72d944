"""Step Functions: moto's interpreter, made to run in sandbox time as AWS runs.

`_moto.py` lists what is changed in moto and why, `lint/` refuses definitions that would not do on
AWS what they do here, and `api.py` serves the operations.

Known to differ from AWS: execution logs appear when an execution ends, not while it runs; the
tracing configuration is stored, and no traces are made; machines are Standard (Express only as
children of a Distributed Map); JSONPath is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.workflows.service import Workflows

if TYPE_CHECKING:
    from sandbox.account import Account

__all__ = ["Workflows", "install"]


def install(account: Account) -> Workflows:
    """Serve Step Functions in an account."""
    return Workflows(account)
