"""Inspection of dropped model archives: safe to unpack, safe to load, servable."""

from slipway.domain.artifact.inspecting import inspect_artifact
from slipway.domain.artifact.inspection import Framework, Inspection, Layout, Members, ModelFile
from slipway.domain.artifact.limits import ArtifactLimits
from slipway.domain.artifact.refusal import ArtifactRefused, Reason
from slipway.domain.artifact.repack import (
    check_repackable,
    repack_with_script,
    sklearn_inference_script,
)

__all__ = [
    "ArtifactLimits",
    "ArtifactRefused",
    "Framework",
    "Inspection",
    "Layout",
    "Members",
    "ModelFile",
    "Reason",
    "check_repackable",
    "inspect_artifact",
    "repack_with_script",
    "sklearn_inference_script",
]
