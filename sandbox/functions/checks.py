"""What Lambda refuses when a function is created or changed, and what the sandbox cannot do."""

from __future__ import annotations

import json
import re
from typing import Any

from sandbox.errors import Unsupported
from sandbox.functions.environ import RESERVED
from sandbox.gateway import AwsError

MAX_ENVIRONMENT_BYTES = 4096
MAX_TIMEOUT = 900
# Settings that would change what a function does, and do nothing here.
_UNSUPPORTED = (
    "CapacityProviderConfig",
    "CodeSigningConfigArn",
    "DurableConfig",
    "FileSystemConfigs",
    "ImageConfig",
    "PublishTo",
    "TenancyConfig",
)


def check(params: dict[str, Any]) -> None:
    """Check the parameters of CreateFunction or UpdateFunctionConfiguration.

    Raises
    ------
    AwsError
        As Lambda would answer.
    Unsupported
        A setting that Lambda would take and the sandbox cannot follow.
    """
    refuse_unsupported(params)
    _check_runtime(params)
    _check_timeout(params.get("Timeout", 3))
    _check_variables(params.get("Environment", {}).get("Variables", {}))


def refuse_unsupported(params: dict[str, Any]) -> None:
    """Refuse settings that the sandbox cannot follow."""
    for name in _UNSUPPORTED:
        if params.get(name):
            raise Unsupported(f"The sandbox runs no function with {name}.")
    if params.get("SnapStart", {}).get("ApplyOn", "None") != "None":
        raise Unsupported("The sandbox has no SnapStart: a cold start is a cold start.")
    if params.get("PackageType", "Zip") != "Zip":
        raise Unsupported("The sandbox runs functions from zip files, not from container images.")


def _check_runtime(params: dict[str, Any]) -> None:
    runtime = params.get("Runtime")
    if runtime is not None and not re.fullmatch(r"python3\.\d+", runtime):
        raise Unsupported(f"The sandbox runs Python functions, not {runtime}.")


def _check_timeout(timeout: int) -> None:
    if timeout > MAX_TIMEOUT:
        text = f"Value '{timeout}' at 'timeout' failed to satisfy constraint: "
        limit = f"Member must have value less than or equal to {MAX_TIMEOUT}"
        raise AwsError("ValidationException", f"1 validation error detected: {text}{limit}")


def _check_variables(variables: dict[str, str]) -> None:
    taken = sorted(RESERVED & set(variables))
    if taken:
        raise AwsError(
            "InvalidParameterValueException",
            "Lambda was unable to configure your environment variables because the environment "
            "variables you have provided contains reserved keys that are currently not supported "
            f"for modification. Reserved keys used in this request: {', '.join(taken)}",
        )
    size = len(json.dumps(variables, separators=(",", ":")).encode())
    if size > MAX_ENVIRONMENT_BYTES:
        raise AwsError(
            "InvalidParameterValueException",
            "Lambda was unable to configure your environment variables because the environment "
            f"variables you have provided exceeded the 4KB limit. String measured: {size} bytes",
        )
