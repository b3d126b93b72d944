"""Which permissions a call needs: actions, resources and condition keys of each operation.

Source: the service authorization reference, and where a service checks more than the action
itself, the page that the function names. An operation that is not here cannot be called by a
role: whoever lets a function call something new says here what AWS would check.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.access.demands import (
    cloudwatch,
    dynamodb,
    ec2,
    events,
    logs,
    messaging,
    others,
    s3,
    sagemaker,
    scaling,
    states,
)
from sandbox.errors import Unsupported

if TYPE_CHECKING:
    from sandbox.access.demands.making import Makers
    from sandbox.access.facts import Facts
    from sandbox.access.policies import Demand
    from sandbox.gateway import Call

_SERVICES = (
    cloudwatch,
    dynamodb,
    ec2,
    events,
    logs,
    messaging,
    others,
    s3,
    sagemaker,
    scaling,
    states,
)
_MAKERS: Makers = {key: maker for service in _SERVICES for key, maker in service.MAKERS.items()}


def known(call: Call) -> bool:
    """Tell whether it is said what a call needs."""
    return (call.service, call.operation) in _MAKERS


def demands_of(call: Call, facts: Facts) -> list[Demand]:
    """Return what a call needs to be allowed.

    Raises
    ------
    Unsupported
        Nobody has said yet what the operation needs.
    """
    maker = _MAKERS.get((call.service, call.operation))
    if maker is None:
        raise Unsupported(
            f"sandbox/access/demands does not say what {call.service}:{call.operation} needs."
        )
    return list(maker(facts, call.params))
