"""Endpoints whose names differ only in case are one to SageMaker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.errors import NameTaken

if TYPE_CHECKING:
    from slipway.domain.lease import EndpointRecord
    from slipway.ports import EndpointBook


def require_distinct_name(own: EndpointRecord, ledger: EndpointBook) -> None:
    """See that no other endpoint has the name, whatever its case.

    Of two first releases the one that took its lease first goes on. Two that do so at the same
    moment may miss each other; SageMaker then refuses the second endpoint.

    Raises
    ------
    NameTaken
        Naming the other endpoint.
    """
    if own.live:
        return
    for other in ledger.list_endpoints():
        if other.name.lower() == own.name.lower() and _goes_first(other, own):
            raise NameTaken(
                f"Endpoint {own.name} differs from {other.name} only in case, and SageMaker takes "
                f"both for the same: drop the model under models/{other.name}/, or use another name"
            )


def _goes_first(other: EndpointRecord, own: EndpointRecord) -> bool:
    if other.name == own.name:
        return False
    if other.live or not other.lease:
        return other.live is not None
    return own.lease is None or (other.lease.since, other.name) < (own.lease.since, own.name)
