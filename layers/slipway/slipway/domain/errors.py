"""The root of everything that the domain refuses."""

from __future__ import annotations


class DomainError(Exception):
    """A request that Slipway's own rules refuse; the message is written for the user."""


class EventUnreadable(DomainError):
    """What a function or a workflow was told has not the shape that it should have."""
