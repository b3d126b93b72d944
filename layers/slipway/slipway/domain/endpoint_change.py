"""A change of an endpoint, as EventBridge tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.domain.errors import EventUnreadable
from slipway.domain.readable import readable

if TYPE_CHECKING:
    from collections.abc import Mapping


def changed_endpoint(event: Mapping[str, Any]) -> str:
    """Return the name in a `SageMaker Endpoint State Change`; what it is like now is asked for.

    Raises
    ------
    EventUnreadable
        It is none.
    """
    with readable("event of an endpoint"):
        name = event["detail"]["EndpointName"]
    if not isinstance(name, str) or not name:
        raise EventUnreadable("This is no event of an endpoint: it names none")
    return name
