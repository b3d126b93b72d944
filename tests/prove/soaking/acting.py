"""What every act needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.gateway import AwsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.prove.soaking.village import Village


class Acting:
    """Somebody or something in a village."""

    def __init__(self, village: Village) -> None:
        self.village = village

    def ask(self, endpoint: str, per_second: float, seconds: float) -> bool:
        """Let users ask for a while; nobody asks what is not there."""
        try:
            self.village.account.hosting.traffic(endpoint, per_second, seconds)
        except AwsError:
            return False
        return True


def chosen(things: Sequence[Any], roll: float) -> Any:
    """Return the thing that a roll chooses."""
    return things[int(roll * len(things)) % len(things)]
