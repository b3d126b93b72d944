"""Why a release cannot be."""

from __future__ import annotations

from slipway.domain.errors import DomainError


class PlanRefused(DomainError):
    """The release is impossible, not allowed or too expensive; nothing was made."""
