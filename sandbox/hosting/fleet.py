"""The fleet of an endpoint: for each variant the process that its instances share.

The instances of a variant are identical, so one process answers for all of them; how many there
are is only counted.
"""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.hosting.process import ModelServer


@dataclass
class Instance:
    """The process that answers for the instances of a variant.

    Attributes
    ----------
    role
        The ARN of the model's execution role.
    publishes
        The namespaces whose metrics the role lets SageMaker publish.
    shipped
        How many bytes of its log have been written to CloudWatch.
    """

    endpoint: str
    variant: str
    identifier: str
    role: str
    server: ModelServer
    publishes: frozenset[str] = frozenset()
    shipped: int = 0
    in_flight: int = 0
    retired: bool = False

    @property
    def log_group(self) -> str:
        """The log group that SageMaker makes for the endpoint."""
        return f"/aws/sagemaker/Endpoints/{self.endpoint}"

    @property
    def log_stream(self) -> str:
        """The instance's log stream."""
        return f"{self.variant}/{self.identifier}"

    def retire(self) -> None:
        """End the process once it has answered what it is at."""
        self.retired = True
        if not self.in_flight:
            self.server.stop()
            shutil.rmtree(self.server.launch.model, ignore_errors=True)

    def answered(self) -> None:
        """Note the end of a request."""
        self.in_flight -= 1
        if self.retired:
            self.retire()


@dataclass
class Fleet:
    """The instances behind an endpoint's variants."""

    instances: dict[str, Instance] = field(default_factory=dict)

    def retire(self) -> None:
        """End all processes once they have answered what they are at."""
        for instance in self.instances.values():
            instance.retire()


def identifier(endpoint: str, variant: str, launch: int) -> str:
    """Return an instance id, the same in every run."""
    digest = hashlib.sha256(f"{endpoint}/{variant}/{launch}".encode()).hexdigest()
    return f"i-0{digest[:16]}"
