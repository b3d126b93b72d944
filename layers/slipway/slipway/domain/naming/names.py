"""Names that follow from what they name, so that a repeated step finds what it made before."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Self

ALARM_PREFIX = "slipway-"
"""How the names of all of Slipway's alarms begin; rules and permissions match it."""

ENDPOINT_TAG = "slipway:endpoint"
"""The tag of all that releases make: for which endpoint. Permissions ask for it."""

_LONGEST = 63
_LONGEST_SCHEDULE = 64
_DIGEST = 12
# Of a shortened name, so much is left to the version; the rest shows the endpoint.
_SLUG_LENGTH = 20


@dataclass(frozen=True)
class ReleaseNames:
    """The names of everything that one release makes in SageMaker.

    Parameters
    ----------
    digest : str
        What tells this drop from all others, in hexadecimal digits.
    model, endpoint_config, variant : str
        At most 63 characters, within SageMaker's pattern, different for every digest.
    """

    endpoint: str
    version: str
    digest: str
    model: str
    endpoint_config: str
    variant: str

    @classmethod
    def of(cls, endpoint: str, version: str, digest: str) -> Self:
        """Return the names of a release.

        Example
        -------
        >>> ReleaseNames.of("churn", "2.1", "0123abcd").model
        'churn-2-1-0123abcd'
        """
        slug = re.sub(r"[^A-Za-z0-9]+", "-", version).strip("-")
        name = f"{_stem(endpoint, slug, _LONGEST - 1 - len(digest))}-{digest}"
        variant = f"{slug}-{digest}"
        return cls(endpoint, version, digest, model=name, endpoint_config=name, variant=variant)

    def staged_config(self, stage: str) -> str:
        """Return the name of a further endpoint config of this release, such as ``canary``."""
        suffix = f"{stage}-{self.digest}"
        stem = self.endpoint_config.removesuffix(f"-{self.digest}")
        return f"{stem[: _LONGEST - 1 - len(suffix)].rstrip('-')}-{suffix}"

    def as_dict(self) -> dict[str, str]:
        """Return the names as plain values."""
        return asdict(self)


def alarm_prefix(endpoint: str) -> str:
    """Return how the names of an endpoint's alarms begin.

    With the closing slash, the alarms of `shop` are not those of `shop-test`.
    """
    return f"{ALARM_PREFIX}{endpoint}/"


def alarm_name(endpoint: str, variant: str, what: str) -> str:
    """Return the name of a variant's alarm; 136 characters and `what`, of 255 allowed."""
    return f"{alarm_prefix(endpoint)}{variant}/{what}"


def twin_of(alarm: str, variant: str) -> str:
    """Return the name of the alarm that watches the same of another variant."""
    head, _, what = alarm.rpartition("/")
    return f"{head.rpartition('/')[0]}/{variant}/{what}"


def dashboard_name(endpoint: str, region: str) -> str:
    """Return the name of an endpoint's dashboard.

    Dashboards belong to the account, endpoints to a region. No endpoint's name holds an
    underscore, so no two pairs share a name.
    """
    return f"slipway-{endpoint}_{region}"


def schedule_name(endpoint: str, purpose: str) -> str:
    """Return the name of an endpoint's schedule, at most 64 characters."""
    name = f"slipway-{endpoint}.{purpose}"
    if len(name) <= _LONGEST_SCHEDULE:
        return name
    import hashlib

    digest = hashlib.sha256(name.encode()).hexdigest()[:_DIGEST]
    # Two dots: what is shortened never meets a name that is not.
    return f"{name[: _LONGEST_SCHEDULE - len(purpose) - _DIGEST - 2]}.{digest}.{purpose}"


def synthetic_id(purpose: str, release: str, number: int) -> str:
    """Return the InferenceId of a request that no user made, at most 64 characters.

    The prefix marks it: drift, ground truth and later replays skip it. Of the release its digest is
    enough, for versions may be long.
    """
    return f"{ALARM_PREFIX}{purpose}-{release.rpartition('-')[2]}-{number}"


def _stem(endpoint: str, slug: str, room: int) -> str:
    if len(endpoint) + 1 + len(slug) <= room:
        return f"{endpoint}-{slug}"
    short = slug[:_SLUG_LENGTH].rstrip("-")
    return f"{endpoint[: room - 1 - len(short)].rstrip('-')}-{short}"
