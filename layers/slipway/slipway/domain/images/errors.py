"""Why no container image could be found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Sequence


class ImageError(DomainError):
    """There is no container image for what was asked."""


class UnknownFramework(ImageError):
    """AWS ships no hosting container, known to Slipway, for this framework."""

    def __init__(self, framework: str, known: Sequence[str]) -> None:
        super().__init__(
            f"no container is known for the framework `{framework[:60]}`; "
            f"known: {', '.join(known)}{_hint(framework, known)}"
        )


class UnsupportedFrameworkVersion(ImageError):
    """AWS ships no hosting container of this version."""

    def __init__(self, framework: str, version: str, known: Sequence[str]) -> None:
        super().__init__(
            f"no {framework} container has version `{version[:60]}`; "
            f"there are {', '.join(known)}{_hint(version, known)}. "
            f"Set hosting.framework_version, or hosting.image to a container of your own"
        )


class UnsupportedRegion(ImageError):
    """AWS does not publish the container in this region."""

    def __init__(self, framework: str, region: str, known: Sequence[str]) -> None:
        super().__init__(
            f"the {framework} containers are not published in the region `{region[:60]}`"
            f"{_hint(region, known)}"
        )


def _hint(given: str, known: Sequence[str]) -> str:
    import difflib

    close = difflib.get_close_matches(given, known, n=1)
    return f"; did you mean `{close[0]}`?" if close else ""
