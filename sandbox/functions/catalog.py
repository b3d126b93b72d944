"""The account's functions, as configurations to run."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sandbox.functions import _moto
from sandbox.functions.config import Config
from sandbox.functions.unpack import check_sizes

if TYPE_CHECKING:
    from sandbox.account import Account


class Catalog:
    """Finds functions and changes them.

    Attributes
    ----------
    async_configs
        EventInvokeConfigs by (function, qualifier).
    """

    def __init__(self, account: Account) -> None:
        self.store = _moto.Store(account)
        self.async_configs: dict[tuple[str, str], dict[str, Any]] = {}

    def config(self, name_or_arn: str, qualifier: str | None = None) -> Config:
        """Return the configuration of a function's version.

        Raises
        ------
        AwsError
            ResourceNotFoundException.
        """
        function = self.store.find(name_or_arn, qualifier)
        reserved = self.store.find(function.function_name).reserved_concurrency
        config = _config(function, self.store.layer_zips(function))
        return replace(
            config,
            reserved_concurrency=None if reserved is None else int(reserved),
            async_config=self.async_configs.get((config.name, qualifier or "$LATEST"), {}),
            revision=_revision(config),
        )

    def check_sizes(self, name: str) -> None:
        """Refuse a function whose code and layers are too large for Lambda."""
        check_sizes(self.config(name))


def _config(function: Any, layers: tuple[tuple[str, bytes], ...]) -> Config:
    kept = _moto.settings_of(function)
    logging = kept.get("LoggingConfig", {})
    return Config(
        name=function.function_name,
        arn=function.function_arn,
        version=str(function.version),
        handler=function.handler,
        runtime=function.run_time,
        role=function.role,
        memory_mb=int(function.memory_size),
        timeout=int(function.timeout),
        scratch_mb=kept.get("EphemeralStorage", {}).get("Size", 512),
        revision="",
        code=(function.code_digest, function.code_bytes),
        layers=layers,
        variables=dict(function.environment_vars),
        log_group=logging.get("LogGroup", f"/aws/lambda/{function.function_name}"),
        log_format=logging.get("LogFormat", "Text"),
        log_level=logging.get("ApplicationLogLevel"),
        system_log_level=logging.get("SystemLogLevel", "INFO"),
        tracing=kept.get("TracingConfig", {}).get("Mode", "PassThrough"),
        dead_letter_arn=kept.get("DeadLetterConfig", {}).get("TargetArn"),
        architectures=tuple(function.architectures),
    )


def _revision(config: Config) -> str:
    """Return what changes whenever a running process would be out of date."""
    digests = [digest for digest, _ in (config.code, *config.layers)]
    plain = replace(config, code=("", b""), layers=())
    return hashlib.sha256(repr((digests, plain)).encode()).hexdigest()[:16]
