"""What CloudFormation's SAM transform makes of a template, by SAM's own translator."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any

import yaml
from samtranslator.translator.transform import transform as sam_transform
from samtranslator.yaml_helper import intrinsics_multi_constructor

if TYPE_CHECKING:
    from pathlib import Path

# SAM counts its own work, publishes it nowhere, and complains of that whenever it is forgotten.
logging.getLogger("samtranslator.metrics").addHandler(logging.NullHandler())


class _NoManagedPolicies:
    """Names of AWS managed policies; the template has none, its roles are written out."""

    def load(self) -> dict[str, str]:
        """Return the ARNs by name."""
        return {}


def load(path: Path) -> dict[str, Any]:
    """Read a template with CloudFormation's short forms."""
    template: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), _Loader)
    return template


# SAM's own reader is Python alone, which takes a second for our template.
class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # a base chosen at run time
    """Reads the short forms, with libyaml where there is one."""


_Loader.add_multi_constructor("!", intrinsics_multi_constructor)


def translate(template: dict[str, Any], region: str) -> dict[str, Any]:
    """Return the plain CloudFormation template; raises InvalidDocumentException as SAM does."""
    before = os.environ.get("AWS_DEFAULT_REGION")
    os.environ["AWS_DEFAULT_REGION"] = region  # The translator asks boto3's session for it.
    try:
        translated: dict[str, Any] = sam_transform(template, {}, _NoManagedPolicies())
    finally:
        if before is None:
            del os.environ["AWS_DEFAULT_REGION"]
        else:
            os.environ["AWS_DEFAULT_REGION"] = before
    return translated
