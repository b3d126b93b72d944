"""Cut botocore's data down to the services that are called.

botocore ships models of some 400 services and parses a service's model, its documentation included,
when a client is made: most of a function's cold start. Operations and shapes stay as they are.
"""

from __future__ import annotations

import gzip
import json
import shutil
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

PARTITIONS = frozenset({"aws", "aws-cn", "aws-us-gov"})
SHARED_FILES = frozenset(
    {"_retry.json", "endpoints.json", "partitions.json", "sdk-default-configuration.json"}
)
# Only documentation generators read these.
UNREAD_FILES = ("examples-1.json", "examples-1.json.gz")


class UnknownService(Exception):
    """A name in aws-services.txt is no service of the pinned botocore."""


def read_services(path: Path) -> list[str]:
    """Read the service names of aws-services.txt, without comments."""
    lines = (line.split("#")[0].strip() for line in path.read_text().splitlines())
    return [line for line in lines if line]


def trim(data: Path, services: list[str]) -> None:
    """Leave only `services` and the files that all of them share in botocore's data folder."""
    missing = [name for name in services if not (data / name).is_dir()]
    if missing:
        raise UnknownService(f"botocore has no service {', '.join(missing)}: see aws-services.txt")
    for entry in data.iterdir():
        if entry.is_dir() and entry.name not in services:
            shutil.rmtree(entry)
        elif entry.is_file() and entry.name.removesuffix(".gz") not in SHARED_FILES:
            entry.unlink()
    prefixes = {_slim_service(data / name) for name in services}
    _slim_endpoints(data / "endpoints.json", prefixes | set(services))


def _slim_service(folder: Path) -> str:
    """Rewrite one service's files without documentation; return its endpoint prefix."""
    for version in folder.iterdir():
        for name in UNREAD_FILES:
            (version / name).unlink(missing_ok=True)
        for packed in list(version.glob("*.json.gz")):
            _write(packed.with_suffix(""), json.loads(gzip.decompress(packed.read_bytes())))
            packed.unlink()
    model = max(folder.glob("*/service-2.json"))
    return str(json.loads(model.read_text(encoding="utf-8"))["metadata"]["endpointPrefix"])


def _slim_endpoints(path: Path, prefixes: set[str]) -> None:
    packed = path.with_name(path.name + ".gz")
    if packed.exists():
        path.write_bytes(gzip.decompress(packed.read_bytes()))
        packed.unlink()
    endpoints = json.loads(path.read_text(encoding="utf-8"))
    kept = [each for each in endpoints["partitions"] if each["partition"] in PARTITIONS]
    for partition in kept:
        services = partition["services"]
        partition["services"] = {key: services[key] for key in services if key in prefixes}
    _write(path, endpoints | {"partitions": kept})


def _write(path: Path, document: Any) -> None:
    path.write_text(json.dumps(without_documentation(document), separators=(",", ":")))


def without_documentation(node: Any) -> Any:
    """Drop documentation texts; a member that is merely named so is a dict and stays.

    botocore itself reads the texts of client context parameters, when it makes a call.
    """
    if isinstance(node, list):
        return [without_documentation(each) for each in node]
    if not isinstance(node, dict):
        return node
    return {
        key: value if key == "clientContextParams" else without_documentation(value)
        for key, value in node.items()
        if not (key == "documentation" and isinstance(value, str))
    }
