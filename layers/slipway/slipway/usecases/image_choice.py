"""Which container image serves an artifact."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from slipway.domain.images import (
    Image,
    UnsupportedFrameworkVersion,
    choose_image,
    custom_image,
    resolve_image,
    supported_versions,
)

if TYPE_CHECKING:
    from slipway.domain.artifact import Inspection
    from slipway.domain.spec import EndpointSpec

# The inspection's words, in those of endpoint.yaml.
_SPEC_WORDS = {"sklearn": "scikit-learn", "xgboost": "xgboost"}


def named_image(spec: EndpointSpec, region: str) -> Image | None:
    """Return the image that the spec names; None where the artifact decides."""
    hosting = spec.hosting
    if hosting.image:
        return custom_image(hosting.image)
    if hosting.framework and hosting.framework_version:
        return resolve_image(hosting.framework, hosting.framework_version, region)
    return None


def fitting_image(found: Inspection, region: str) -> Image:
    """Return the image for what the artifact names.

    XGBoost reads what its older versions saved, so where no container has the very version, the
    next newer one serves it; pickles of scikit-learn must meet the version that wrote them.
    """
    framework = _SPEC_WORDS[found.framework]
    named = [model.versions[framework] for model in found.models if framework in model.versions]
    version = named[0] if named else None
    try:
        return choose_image(framework, None, version, region)
    except UnsupportedFrameworkVersion:
        newer = _next_newer(framework, version or "")
        if newer is None or found.framework != "xgboost":
            raise
        return resolve_image(framework, newer, region)


def _next_newer(framework: str, version: str) -> str | None:
    versions = supported_versions(framework)
    return next((each for each in versions if _numbers(each) > _numbers(version)), None)


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)][:2]
