"""The parts of a release's item on which workflows, alarms, the judge and people meet."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from slipway.adapters.ledger.releases import partition, record_of
from slipway.adapters.ledger.table import ConditionFailed, Items
from slipway.errors import ReleaseUnknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.release import ReleaseRecord, Sentence

_NOT_CONDEMNED = "attribute_exists(pk) AND attribute_not_exists(condemned)"


class RolloutItems(Items):
    """Implements Condemnation, BakeBook, GateBook and CommandBook."""

    def condemn(self, endpoint: str, release: str, sentence: Sentence) -> ReleaseRecord:
        """Write the sentence if there is none and the release runs; return what stands now."""
        with suppress(ConditionFailed):
            self.table.update(
                partition(endpoint),
                release,
                {"condemned": sentence.as_dict()},
                condition=f"{_NOT_CONDEMNED} AND outcome = :running",
                values={":running": "running"},
            )
        # Read after the write: a token that is not here yet finds the sentence.
        item = self.table.get(partition(endpoint), release)
        if item is None:
            raise _unknown(endpoint, release)
        return record_of(item)

    def conclude(self, endpoint: str, release: str, facts: Mapping[str, Any]) -> bool:
        """Note facts unless the release is condemned; False if it is."""
        return self._unless_condemned(endpoint, release, facts)

    def arm_bake(self, endpoint: str, release: str, bake: Mapping[str, Any]) -> bool:
        """Store the bake's token; False if the release is condemned."""
        return self._unless_condemned(endpoint, release, {"bake": bake})

    def end_bake(self, endpoint: str, release: str, token: str) -> None:
        """Forget the bake of this token; another one stays."""
        self._forget(endpoint, release, "bake", token)

    def open_gate(self, endpoint: str, release: str, gate: Mapping[str, Any]) -> bool:
        """Store the token of the wait; False if the release is condemned."""
        return self._unless_condemned(endpoint, release, {"gate": gate})

    def close_gate(self, endpoint: str, release: str, token: str) -> None:
        """Forget the wait of this token; another one stays."""
        self._forget(endpoint, release, "gate", token)

    def record_command(self, endpoint: str, release: str, entry: Mapping[str, Any]) -> None:
        """Add an entry to the release's `commands`."""
        try:
            self.table.append(partition(endpoint), release, "commands", dict(entry))
        except ConditionFailed as error:
            raise _unknown(endpoint, release) from error

    def _unless_condemned(self, endpoint: str, release: str, facts: Mapping[str, Any]) -> bool:
        try:
            self.table.update(partition(endpoint), release, facts, condition=_NOT_CONDEMNED)
        except ConditionFailed:
            return False
        return True

    def _forget(self, endpoint: str, release: str, wait: str, token: str) -> None:
        with suppress(ConditionFailed):
            self.table.update(
                partition(endpoint),
                release,
                {wait: None},
                condition="#0.#token = :token",
                values={":token": token},
                names={"#token": "token"},
            )


def _unknown(endpoint: str, release: str) -> ReleaseUnknown:
    return ReleaseUnknown(f"The ledger has no release {release} of endpoint {endpoint}")
