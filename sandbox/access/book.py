"""Every permission that roles wanted, each once: what the proof of least privilege evaluates."""

from __future__ import annotations

import itertools
import json
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from sandbox.access.identities import Policy
    from sandbox.access.policies import Demand

_NUMBERS = itertools.count(1)


class Book:
    """The demands of one account."""

    def __init__(self) -> None:
        self._demands: dict[str, tuple[str, Demand]] = {}

    def add(self, role: str, demand: Demand) -> None:
        """Note what a role wanted."""
        # Sorted, so that one permission with one context is one entry.
        context = str(sorted(demand.context.items()))
        key = "\n".join((role, demand.action, demand.resource, context))
        self._demands.setdefault(key, (role, demand))

    def __iter__(self) -> Iterator[tuple[str, Demand]]:
        return iter(list(self._demands.values()))

    def save(
        self, folder: Path, policies: Mapping[str, Iterable[Policy]], names: Mapping[str, str]
    ) -> None:
        """Write the demands of some roles with their policies, for `sandbox.access.proof`.

        Parameters
        ----------
        policies
            By the roles' ARNs.
        names
            What to call the roles, by their ARNs.
        """
        demands = [
            (names[role], demand.action, demand.resource, dict(demand.context))
            for role, demand in self
            if role in policies
        ]
        content: dict[str, Any] = {
            "policies": {names[role]: list(found) for role, found in policies.items()},
            "demands": demands,
        }
        folder.mkdir(parents=True, exist_ok=True)
        # Test processes write side by side into one folder.
        target = folder / f"{os.getpid()}-{next(_NUMBERS)}.json"
        target.write_text(json.dumps(content))
