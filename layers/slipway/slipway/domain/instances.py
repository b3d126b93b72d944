"""Instance types that SageMaker hosts models on."""

from __future__ import annotations

import difflib
import json
from functools import cache
from pathlib import Path

from slipway.domain.errors import DomainError

_DATA = Path(__file__).parent / "instance_types.json"


class InvalidInstanceType(DomainError):
    """SageMaker hosts no models on this instance type."""

    def __init__(self, name: str) -> None:
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
