"""The template as CloudFormation gets it: what SAM's own translator makes of it, offline."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sandbox.deploy.transform import load, translate

ROOT = Path(__file__).parents[1]
TEMPLATE = ROOT / "template.yaml"
NETWORK = ROOT / "network.yaml"
# Any region: what differs between regions is written with AWS::Region.
_REGION = "us-east-1"
_LOCAL = ("CodeUri", "ContentUri", "DefinitionUri")


def translated(path: Path = TEMPLATE) -> dict[str, Any]:
    """Return the translated template."""
    template = load(path)
    for resource in template["Resources"].values():
        # `sam package` would have put them there; the translator takes nothing else.
        properties = resource.get("Properties", {})
        properties.update({name: f"s3://packaged/{name}" for name in _LOCAL if name in properties})
    return translate(template, _REGION)
