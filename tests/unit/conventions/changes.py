"""The templates, each read once, and changes that break them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from sandbox.deploy.transform import load
from scripts.translated import NETWORK, TEMPLATE, translated

if TYPE_CHECKING:
    from collections.abc import Callable

    Change = Callable[[dict[str, Any]], None]


@cache
def written() -> dict[str, Any]:
    """Return template.yaml."""
    return load(TEMPLATE)


@cache
def network() -> dict[str, Any]:
    """Return network.yaml."""
    return load(NETWORK)


@cache
def made_of_it() -> dict[str, Any]:
    """Return what SAM makes of template.yaml."""
    return translated()


def forget(*path: Any) -> Change:
    """Take something out of the template's resources."""

    def change(resources: dict[str, Any]) -> None:
        del at(resources, path[:-1])[path[-1]]

    return change


def put(value: Any, *path: Any) -> Change:
    """Put something else into the template's resources."""

    def change(resources: dict[str, Any]) -> None:
        at(resources, path[:-1])[path[-1]] = value

    return change


def at(resources: dict[str, Any], path: tuple[Any, ...]) -> Any:
    """Return what lies at a path of the template's resources."""
    place: Any = resources
    for step in path:
        place = place[step]
    return place
