"""Names that follow from what they name, so that a repeated step finds what it made before."""

from __future__ import annotations

import hashlib
import re
from dataclasses import asdict, dataclass
from typing import Self

_LONGEST = 63
_LONGEST_SCHEDULE = 64
_LONGEST_EXECUTION = 80
_ID_LENGTH = 12
# Of a shortened name, so much is left to the version; the rest shows the endpoint.
_SLUG_LENGTH = 20


def release_id(bucket: str, key: str, version_id: str, *more: str) -> str:
    """Return the id of a release: the same drop has the same id, another drop another one.

    Parameters
    ----------
    bucket, key, version_id : str
        The object version that was dropped.
    *more : str
        What else makes it another release, such as the model's SHA-256 or the spec's version.

    Returns
    -------
    str
        Twelve hexadecimal digits.
    """
    return _digest(bucket, key, version_id, *more)


@dataclass(frozen=True)
class ReleaseNames:
    """The names of everything that one release makes in SageMaker.

    Parameters
    ----------
    release : str
        The release's id.
    model, endpoint_config, variant : str
        At most 63 characters, within SageMaker's pattern, different for every release.
    """

    endpoint: str
    version: str
    release: str
    model: str
    endpoint_config: str
    variant: str

    @classmethod
    def of(cls, endpoint: str, version: str, release: str) -> Self:
        """Return the names of a release."""
        slug = re.sub(r"[^A-Za-z0-9]+", "-", version).strip("-")
        stem = _stem(endpoint, slug, _LONGEST - 1 - len(release))
        name = f"{stem}-{release}"
        variant = f"{slug[: _LONGEST - 1 - len(release)].rstrip('-')}-{release}"
        return cls(endpoint, version, release, model=name, endpoint_config=name, variant=variant)

    def staged_config(self, stage: str) -> str:
        """Return the name of a further endpoint config of this release, such as ``canary``."""
        suffix = f"{stage}-{self.release}"
        stem = self.endpoint_config.removesuffix(f"-{self.release}")
        return f"{stem[: _LONGEST - 1 - len(suffix)].rstrip('-')}-{suffix}"

    def as_dict(self) -> dict[str, str]:
        """Return the names as plain values."""
        return asdict(self)


def alarm_prefix(stack: str, endpoint: str | None = None) -> str:
    """Return how the names of a stack's alarms begin, or those of one endpoint.

    The rule that reacts to alarms matches this prefix: with the closing slash, the alarms of
    `shop` are not those of `shop-test`.
    """
    return f"slipway/{stack}/" + (f"{endpoint}/" if endpoint else "")


def alarm_name(stack: str, endpoint: str, release: str, what: str) -> str:
    """Return the name of an alarm; 137 + 64 + 13 + `what` characters at most, of 255 allowed."""
    return f"{alarm_prefix(stack, endpoint)}{release}/{what}"


def dashboard_name(stack: str, endpoint: str) -> str:
    """Return the name of an endpoint's dashboard."""
    # Neither part may hold an underscore, so no two pairs share a name.
    return f"slipway_{stack}_{endpoint}"


def schedule_name(stack: str, endpoint: str, purpose: str) -> str:
    """Return the name of a schedule, at most 64 characters."""
    return _within(f"{stack}.{endpoint}.{purpose}", _LONGEST_SCHEDULE, ".")


def execution_name(release: str, attempt: int) -> str:
    """Return the name of an execution that Slipway itself starts, at most 80 characters."""
    return _within(f"{release}-{attempt}", _LONGEST_EXECUTION, "-")


def _stem(endpoint: str, slug: str, room: int) -> str:
    if len(endpoint) + 1 + len(slug) <= room:
        return f"{endpoint}-{slug}"
    short = slug[:_SLUG_LENGTH].rstrip("-")
    return f"{endpoint[: room - 1 - len(short)].rstrip('-')}-{short}"


def _within(name: str, longest: int, separator: str) -> str:
    if len(name) <= longest:
        return name
    return f"{name[: longest - 1 - _ID_LENGTH]}{separator}{_digest(name)}"


def _digest(*parts: str) -> str:
    # Each part is preceded by its length: ("a", "bc") and ("ab", "c") differ.
    data = b"".join(
        b"%d:%s" % (len(raw), raw) for raw in (p.encode("utf-8", "surrogatepass") for p in parts)
    )
    return hashlib.sha256(data).hexdigest()[:_ID_LENGTH]
