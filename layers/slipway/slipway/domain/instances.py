"""Instance types that SageMaker hosts models on."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

from slipway.domain.errors import DomainError

_DATA = Path(__file__).parent / "instance_types.json"


class InvalidInstanceType(DomainError):
    """SageMaker hosts no models on this instance type."""

    def __init__(self, name: str) -> None:
        import difflib

        close = difflib.get_close_matches(name, sorted(hosting_instance_types()), n=1)
        self.problem = f"`{name[:60]}` is no SageMaker hosting instance type"
        self.suggestion = f"did you mean `{close[0]}`?" if close else "for example `ml.m5.large`"
        super().__init__(f"{self.problem}; {self.suggestion}")


@cache
def hosting_instance_types() -> frozenset[str]:
    """Return the names that the SageMaker API accepts for a production variant."""
    return frozenset(json.loads(_DATA.read_text())["instance_types"])


def check_instance_type(name: str) -> str:
    """Return the name unchanged.

    Raises
    ------
    InvalidInstanceType
        If the SageMaker API does not know it.
    """
    if name not in hosting_instance_types():
        raise InvalidInstanceType(name)
    return name


_ARM = re.compile(r"ml\.([a-z]+\d+g[a-z]*|p6e-gb\w+)\.")
_LOCAL_STORAGE = re.compile(
    r"ml\.([a-z]+\d+[a-z]*d[a-z]*|dl\d|g5|g6e?|g7e?|p5[a-z]*|p6e?-\w+|trn\d[a-z]*)\."
)
_VCPUS_OF_XLARGE = 4


def is_arm(name: str) -> bool:
    """Tell whether the type has Arm processors, which x86 containers do not run on."""
    return bool(_ARM.match(name))


def has_local_storage(name: str) -> bool:
    """Tell whether the type keeps data on disks of its own.

    CreateEndpointConfig fails if it names a KMS key for such a type: those disks are encrypted
    by the instance's hardware.
    """
    return bool(_LOCAL_STORAGE.match(name))


def vcpus(name: str) -> int:
    """Return the number of virtual CPUs, which follows from the size in the type's name.

    Example
    -------
    >>> vcpus("ml.m5.2xlarge")
    8
    """
    size = name.rsplit(".", 1)[-1]
    if size == "medium":
        return 2 if name.startswith("ml.t") else 1
    if size == "large":
        return 2
    return _VCPUS_OF_XLARGE * int(size.removesuffix("xlarge") or 1)
