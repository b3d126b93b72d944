"""What the ledger knows about one version of an endpoint.yaml that arrived."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SettingsRecord:
    """One version, who sent it, and what became of it.

    Parameters
    ----------
    owner : str
        ARN of the execution that applies it.
    at : str
        When that one began, ISO 8601 in UTC.
    by, request : str
        A :class:`~slipway.domain.sender.Sender`.
    outcome, reason : str
        Empty until it is over.
    """

    version: str
    owner: str
    at: str = ""
    by: str = ""
    request: str = ""
    outcome: str = ""
    reason: str = ""
