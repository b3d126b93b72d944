"""Baselines are kept as long as their release may serve: what was learnt is of users' requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.naming.monitoring import baseline_files_of, baselines_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from slipway.domain.drift.record import DriftRecord
    from slipway.ports import BaselineShelf


def forget_baselines(record: DriftRecord, kept: Iterable[str], shelf: BaselineShelf) -> list[str]:
    """Remove the baselines of releases that are not kept; return their keys. May be repeated.

    Parameters
    ----------
    record : DriftRecord
        How the endpoint's traffic is watched. The same model released anew goes on with the
        baseline of the release before, which stays for as long as it is in use.
    kept : iterable of str
        Releases that serve, or that can be gone back to.
    """
    folder = baselines_of(record.endpoint)
    used = record.baseline.key if record.baseline else ""
    stay = tuple(f"{folder}{release}." for release in kept)
    if used:
        stay = (*stay, used, baseline_files_of(used))
    found = [each.key for each in shelf.list_from(folder)]
    gone = [key for key in found if not key.startswith(stay)]
    for key in gone:
        shelf.remove(key)
    return gone
