"""What a plan is made from, beside the spec."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


@dataclass(frozen=True, slots=True)
class ArtifactFacts:
    """The inspected model.

    Parameters
    ----------
    uri : str
        S3 URI of the accepted bytes.
    program : str, optional
        The script that serves it, within `code/`; None if the container serves it by itself.
    requirements : bool
        Whether it wants packages installed when the container starts.
    """

    uri: str
    program: str | None = None
    requirements: bool = False


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What the account has and may have.

    Parameters
    ----------
    region : str
        AWS region.
    quotas : mapping of str to float or None
        Instances allowed by the quota `<type> for endpoint usage`, by instance type. None is an
        unknown quota, which refuses nothing and is told; of an absent type nobody asked.
    defaults : collection of str
        Instance types of which the quota is AWS's default, for the account has no value of its own.
    running : mapping of str to int
        Instances that the account's endpoints have, by instance type, this endpoint's included.
    """

    region: str
    quotas: Mapping[str, float | None] = field(default_factory=dict)
    running: Mapping[str, int] = field(default_factory=dict)
    defaults: Collection[str] = ()

    def source_of(self, instance_type: str) -> str:
        """Return words for where a quota comes from; none for one that AWS tells of the account."""
        default = " (AWS's default: Service Quotas tells no value of this account)"
        return default if instance_type in self.defaults else ""


class LiveFleet(Protocol):
    """The instances that serve now."""

    @property
    def instance_type(self) -> str:
        """Their type."""

    @property
    def instance_count(self) -> int:
        """How many there are."""

    @property
    def variant(self) -> str:
        """The variant that they serve."""
