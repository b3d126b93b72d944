"""A burst's execution ended without handing back what it claimed: hand it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.domain.capacity.claims import BURST, of_source
from slipway.usecases.end_burst import Ending, EndingBook, end_burst

if TYPE_CHECKING:
    from slipway.domain.ended import Ended
    from slipway.ports import Announcer, Bounds, Clock, EndpointReader, Executions


def recover_burst(  # noqa: PLR0913 - the ports
    ended: Ended,
    *,
    ledger: EndingBook,
    endpoints: EndpointReader,
    bounds: Bounds,
    executions: Executions,
    announcer: Announcer,
    clock: Clock,
) -> dict[str, Any]:
    """End the burst that nobody holds any more; a claim of another execution stays.

    An execution that failed held its claim as long as it was made for, and one that was aborted is
    not wanted. May be repeated, and leaves one alone that was redriven since.
    """
    endpoint = str(ended.given.get("endpoint", ""))
    claim = of_source(ledger.read_endpoint(endpoint).claims, BURST) if endpoint else None
    if claim is None or claim.by != ended.execution or executions.runs(ended.execution):
        return {"verdict": "nothing", "reason": "It left no claim"}
    reason = f"The burst ends early: its execution {ended.how}"
    ending = Ending(ended.execution, endpoint, claim.floor, claim.since, reason)
    applied = end_burst(
        ending,
        ledger=ledger,
        endpoints=endpoints,
        bounds=bounds,
        announcer=announcer,
        clock=clock,
    )
    return {**applied, "reason": reason}
