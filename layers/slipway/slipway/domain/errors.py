"""The root of everything that the domain refuses."""

from __future__ import annotations


class DomainError(Exception):
    """A request that Slipway's own rules refuse; the message is written for the user."""
