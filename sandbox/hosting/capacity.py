"""How much of each instance type there is: within the account's quotas, and at AWS at all."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sandbox.hosting import refusals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sandbox.hosting.variants import Variant


class Capacity:
    """Keeps to the quotas, and has the shortages that a test or an operator asks for.

    Parameters
    ----------
    limit
        Returns the account's quota of a type.
    """

    def __init__(self, limit: Callable[[str], int]) -> None:
        self._limit = limit
        self._shortages: Counter[str] = Counter()

    def refuse(self, instance_type: str, times: int = 1) -> None:
        """Let the next attempts to provision a type fail."""
        self._shortages[instance_type] += times

    def supply(self, instance_type: str) -> None:
        """Let the shortage of a type end."""
        self._shortages.pop(instance_type, None)

    def take_shortage(self, instance_types: Iterable[str]) -> bool:
        """Tell whether an attempt with these types meets a shortage, and use it up."""
        for instance_type in instance_types:
            if self._shortages[instance_type] > 0:
                self._shortages[instance_type] -= 1
                return True
        return False

    def require(self, used: Counter[str], wanted: Counter[str]) -> None:
        """Refuse what is beyond a quota."""
        for instance_type, count in sorted(wanted.items()):
            limit = self._limit(instance_type)
            if used[instance_type] + count > limit:
                raise refusals.over_quota(instance_type, limit, used[instance_type], count)


def instances(variants: Iterable[Variant]) -> Counter[str]:
    """Return how many instances of each type the variants should have."""
    total: Counter[str] = Counter()
    for variant in variants:
        total[variant.instance_type] += variant.desired_count
    return total
