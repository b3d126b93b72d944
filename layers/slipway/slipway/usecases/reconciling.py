"""What the reconcile workflow asks at its beginning, and is answered."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, Self

from slipway.domain.readable import readable
from slipway.usecases.settings_key import arrived_key
from slipway.usecases.spec_key import NO_SPEC

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from slipway.domain.release import ReleaseRecord
    from slipway.usecases.settings_key import SettingsKey

Verdict = Literal["nothing", "refused", "busy", "soon", "release", "compare", "apply"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the workflow was started for.

    Parameters
    ----------
    key : SettingsKey, optional
        The endpoint.yaml that arrived; None for a look at an endpoint.
    holds : bool
        Whether differences were found, so that the lease is needed to repair them.
    looks : int
        How often this execution has asked before.
    """

    execution: str
    endpoint: str
    key: SettingsKey | None = None
    holds: bool = False
    looks: int = 0

    @classmethod
    def parse(cls, event: Mapping[str, Any]) -> Self:
        """Read it from the state's payload.

        Raises
        ------
        EventUnreadable
            The execution was started with something else.
        """
        with readable("event of S3, and no endpoint to look at"):
            key = arrived_key(event["input"])
            endpoint = key.endpoint if key else str(event["input"]["endpoint"])
            return cls(
                str(event["execution"]),
                endpoint,
                key,
                holds=bool(event["hold"]),
                looks=int(event["looks"]),
            )


@dataclass(frozen=True, slots=True)
class Begun:
    """What follows.

    Parameters
    ----------
    verdict : str
        `apply`: this execution holds the lease, and the ledger has the settings that scaling,
        alarms and schedules are to be made of. `release`: only a new variant can have them.
        `soon`: ask again, for a model may follow. `compare`: look whether all is as it should be.
        `busy`: ask again. `nothing`, `refused`: the end.
    """

    verdict: Verdict
    reason: str
    endpoint: str
    release: str = ""
    version: str = ""
    changes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for the workflow."""
        return {**asdict(self), "changes": list(self.changes)}

    @classmethod
    def nothing(cls, reason: str, endpoint: str, release: str = "") -> Self:
        """Return that there is nothing to do."""
        return cls("nothing", reason, endpoint, release)

    @classmethod
    def apply(cls, release: ReleaseRecord, version: str, changes: Sequence[str] = ()) -> Self:
        """Return that the ledger has what is to be applied."""
        words = f"Applied to release {release.release}"
        return cls("apply", words, release.endpoint, release.release, version, tuple(changes))

    @classmethod
    def compare(cls, release: ReleaseRecord) -> Self:
        """Return that the endpoint is to be looked at."""
        version = release.spec_version or NO_SPEC
        return cls("compare", "To be looked at", release.endpoint, release.release, version)
