"""How long the requests of a stretch took, as outcomes that the sandbox makes metrics of. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.hosting.behaviour import FINE, OVERHEAD
from sandbox.hosting.book import Outcome

if TYPE_CHECKING:
    from rehearsal.queueing import Stretch
    from rehearsal.service import Service

# Parts of the service time's distribution, finer at its end: (share, quantile).
_PARTS = (
    *((0.1, 0.05 + 0.1 * number) for number in range(9)),
    (0.05, 0.925),
    (0.03, 0.965),
    (0.012, 0.986),
    (0.008, 0.996),
)
# The container has no room: SageMaker answers 503 at once.
_REFUSED = 503


class Latencies:
    """Outcomes of an instance's requests."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._parts = [(share, service.quantile(quantile)) for share, quantile in _PARTS]

    def outcomes(self, stretch: Stretch) -> list[Outcome]:
        """Return a stretch's requests by how long they took."""
        found, owed, given = [], 0.0, 0
        for bucket in sorted(stretch.waited):
            requests, ahead = stretch.waited[bucket]
            if not requests:
                continue
            wait = ahead / requests / self._service.rate
            for share, took in self._parts:
                owed += requests * share
                whole = round(owed) - given
                given += whole
                if whole:
                    latency = round(wait + took, 4)
                    found.append(Outcome(FINE, latency, OVERHEAD, whole, self._service.mean))
        if stretch.whole_failed:
            found.append(Outcome(_REFUSED, 0.0, OVERHEAD, stretch.whole_failed, 0.0))
        return found
