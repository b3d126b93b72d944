"""What a self-check reads, and what it finds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from slipway.domain.lease import EndpointRecord
    from slipway.domain.release import ReleaseRecord

Kind = Literal["stuck", "orphan", "differs"]
Thing = Literal[
    "endpoint",
    "lease",
    "release",
    "config",
    "model",
    "artifact",
    "alarm",
    "target",
    "schedule",
]
# A clean-up may be under way, or about to be tried again.
GRACE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be.

    Parameters
    ----------
    kind : str
        ``stuck``: an execution ended and left it; ``orphan``: nobody's; ``differs``: otherwise than
        the ledger says.
    name : str
        Of the thing: what a repair would be asked for.
    words : str
        What is wrong, in plain words.
    """

    kind: Kind
    thing: Thing
    endpoint: str
    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A thing that the account has, and since when it is as it is.

    Parameters
    ----------
    arn : str
        Where tags are asked for; empty for what has none that matter.
    """

    name: str
    since: datetime
    arn: str = ""


@dataclass(frozen=True, slots=True)
class StoredArtifact:
    """What lies below accepted/, in the version that SageMaker loads."""

    uri: str
    since: datetime
    version_id: str
    etag: str


@dataclass(frozen=True, slots=True)
class Serving:
    """An endpoint, as SageMaker describes it.

    Parameters
    ----------
    weights : mapping of str to float
        The present weight of each variant.
    """

    status: str
    config: str
    weights: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Account:
    """What the account has of Slipway's, read before the ledger.

    What is made after it was read is not in it, and what it has is in the ledger before it is made.

    Parameters
    ----------
    endpoints : mapping of str to Serving
        Those that the ledger knows.
    listed : sequence of Listed
        All endpoints of the account, also other people's.
    """

    endpoints: Mapping[str, Serving] = field(default_factory=dict)
    listed: Sequence[Listed] = ()
    configs: Sequence[Listed] = ()
    models: Sequence[Listed] = ()
    artifacts: Sequence[StoredArtifact] = ()
    alarms: Sequence[Listed] = ()
    targets: Sequence[Listed] = ()
    schedules: Sequence[Listed] = ()


@dataclass(frozen=True, slots=True)
class Book:
    """What the ledger has.

    Parameters
    ----------
    ended : set of str
        Executions that hold something in the ledger and do not run any more.
    new : set of str
        Endpoints that came since the account was read; of them nothing else is here.
    """

    endpoints: Mapping[str, EndpointRecord]
    releases: Mapping[str, Sequence[ReleaseRecord]]
    ended: frozenset[str] = frozenset()
    new: frozenset[str] = frozenset()

    def all_releases(self) -> Iterator[ReleaseRecord]:
        """Give the releases of all endpoints."""
        for releases in self.releases.values():
            yield from releases

    def at_rest(self, endpoint: str) -> bool:
        """Tell whether nobody changes the endpoint, and nobody has to."""
        record = self.endpoints[endpoint]
        return record.lease is None and not record.abandoned and record.parked is None
