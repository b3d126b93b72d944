"""The images that AWS publishes, from the SageMaker SDK's own list."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slipway.domain.images.errors import (
    UnknownFramework,
    UnsupportedFrameworkVersion,
    UnsupportedRegion,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_DATA = Path(__file__).parent / "images.json"


@dataclass(frozen=True)
class Image:
    """A container image.

    Parameters
    ----------
    uri : str
        Where the image lies.
    framework, version : str, optional
        What it serves; None for a custom image.
    python : str, optional
        Its Python, such as ``3.9``; None if unknown.
    architecture : str, optional
        The processors that it runs on; None if unknown.
    packages : mapping of str to str
        Distribution and version of what it is known to hold; `>=` before the version where only
        the least one is known.
    """

    uri: str
    framework: str | None = None
    version: str | None = None
    python: str | None = None
    architecture: str | None = None
    packages: Mapping[str, str] = field(default_factory=dict)


def resolve_image(framework: str, version: str | None, region: str) -> Image:
    """Return the image of a framework.

    Parameters
    ----------
    framework : str
        ``scikit-learn`` or ``xgboost``.
    version : str, optional
        Of the container (``1.2-1``) or of the framework in it (``1.2.1``); the newest if None.
    region : str
        AWS region that the image is pulled in.

    Raises
    ------
    UnknownFramework, UnsupportedFrameworkVersion, UnsupportedRegion
        If there is no such image.

    Example
    -------
    >>> resolve_image("scikit-learn", "1.2-1", "us-east-1").packages["scikit-learn"]
    '1.2.1'
    """
    versions = supported_versions(framework)
    if version is None:
        return _image(framework, versions[-1], region)
    inside = _by_package(framework, version)
    if version not in versions and inside is None:
        raise UnsupportedFrameworkVersion(framework, version, versions)
    return _image(framework, version if version in versions else str(inside), region)


def choose_image(framework: str, wanted: str | None, found: str | None, region: str) -> Image:
    """Return the image for a model: as the spec says, else as the artifact needs.

    Parameters
    ----------
    framework : str
        ``scikit-learn`` or ``xgboost``.
    wanted : str, optional
        The spec's ``hosting.framework_version``.
    found : str, optional
        The framework's version that the artifact names, such as ``1.2.2``. A container of the
        same major and minor version serves it: patch releases read each other's models.
    region : str
        AWS region.

    Raises
    ------
    UnknownFramework, UnsupportedFrameworkVersion, UnsupportedRegion
        If there is no such image.
    """
    if wanted is not None or found is None:
        return resolve_image(framework, wanted, region)
    versions = supported_versions(framework)
    same = [v for v in versions if _minor(v) == _minor(found)]
    exact = _by_package(framework, found)
    if exact is None and not same:
        raise UnsupportedFrameworkVersion(framework, found, versions)
    return _image(framework, exact or same[-1], region)


def custom_image(uri: str) -> Image:
    """Return the user's own image, of which nothing more is known."""
    return Image(uri)


def supported_versions(framework: str) -> list[str]:
    """Return the container versions of a framework, oldest first.

    Raises
    ------
    UnknownFramework
        If there are none.
    """
    frameworks = _catalogue()["frameworks"]
    if framework not in frameworks:
        raise UnknownFramework(framework, sorted(frameworks))
    return sorted(frameworks[framework]["versions"], key=_age)


def images_as_of() -> str:
    """Return where the list comes from, and its date."""
    return f"{_catalogue()['source']}, {_catalogue()['date']}"


def _image(framework: str, version: str, region: str) -> Image:
    entry = _catalogue()["frameworks"][framework]
    details = entry["versions"][version]
    registry = entry["registries"][details["registry"]]
    if region not in registry:
        raise UnsupportedRegion(framework, region, sorted(registry))
    suffix = _catalogue()["dns_suffixes"].get(region, "amazonaws.com")
    host = f"{registry[region]}.dkr.ecr.{region}.{suffix}"
    uri = f"{host}/{details['repository']}:{details['tag']}"
    packages = details["packages"]
    # Only the list's `inference` part is read; its Graviton images are years behind.
    return Image(uri, framework, version, details["python"], "x86_64", packages)


def _by_package(framework: str, version: str) -> str | None:
    details = _catalogue()["frameworks"][framework]["versions"]
    found = [v for v in details if details[v]["packages"].get(framework) == version]
    return max(found, key=_age, default=None)


def _age(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)]


def _minor(version: str) -> list[int]:
    return _age(version)[:2]


@cache
def _catalogue() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(_DATA.read_text())
    return data
