"""What keeps a file from being a baseline."""

from __future__ import annotations

from slipway.domain.errors import DomainError


class BaselineUnreadable(DomainError):
    """A file is no baseline; the message says why."""
