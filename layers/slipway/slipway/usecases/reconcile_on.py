"""Look at an endpoint whose settings an execution applied that ended without finishing."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from slipway.usecases.reference import machine_of
from slipway.usecases.settings_key import read_settings_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.ports import Starter

_DIGEST = 24


def reconcile_on(
    execution: str, given: Mapping[str, Any], *, starter: Starter, machine: str
) -> None:
    """Start a look, which applies what is newest; may be repeated.

    A look that failed is not followed by another one, or a failure that lasts would never end:
    the next day's is.

    Parameters
    ----------
    execution : str
        The one that ended.
    given : mapping
        Its input.
    machine : str
        ARN of the reconcile workflow.
    """
    if machine_of(execution) != machine or "detail" not in given:
        return
    key = read_settings_key(given)
    if key.problem:
        return
    name = f"check-on-{hashlib.sha256(execution.encode()).hexdigest()[:_DIGEST]}"
    starter.start(machine, name, {"endpoint": key.endpoint, "check": True})
