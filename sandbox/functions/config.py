"""A function as deployed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Config:
    """What an invocation needs to know of a function's version.

    Attributes
    ----------
    revision
        Changes with code and configuration: a process of another revision does not serve.
    code, layers
        Zip files by their SHA-256, in the order in which Lambda unpacks them.
    log_format
        `Text` or `JSON`.
    """

    name: str
    arn: str
    version: str
    handler: str
    runtime: str
    role: str
    memory_mb: int
    timeout: int
    scratch_mb: int
    revision: str
    code: tuple[str, bytes]
    layers: tuple[tuple[str, bytes], ...] = ()
    variables: dict[str, str] = field(default_factory=dict)
    reserved_concurrency: int | None = None
    log_group: str = ""
    log_format: str = "Text"
    log_level: str | None = None
    system_log_level: str = "INFO"
    tracing: str = "PassThrough"
    dead_letter_arn: str | None = None
    architectures: tuple[str, ...] = ("x86_64",)
    async_config: dict[str, Any] = field(default_factory=dict)
