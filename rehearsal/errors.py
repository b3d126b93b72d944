"""What can be wrong with a rehearsal's input."""

from __future__ import annotations


class WrongScenario(Exception):
    """A scenario, a trace or an endpoint.yaml cannot be rehearsed; the message says why."""
