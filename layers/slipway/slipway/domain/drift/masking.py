"""Which columns nobody is to see the values of: that each is known, and what files ask of them."""

from __future__ import annotations

import json
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from slipway.domain.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

# What constraints.json says of a feature that holds none of its values.
_KEPT = ("name", "inferred_type", "completeness")
_OVERRIDES = ("monitoringConfigOverrides", "monitoring_config_overrides")
_ALIKE = 0.8


class MaskUnknown(DomainError):
    """A name that is to be masked is no column: what it means would be seen."""


def check_mask(mask: Collection[str], known: Collection[str]) -> None:
    """See that every name is a column's.

    Which columns there are is not told: in a file without a header they are values.

    Raises
    ------
    MaskUnknown
        If one is not. Nothing may be read then: a slip in a name would show what it should hide.
    """
    for name in sorted(set(mask).difference(known)):
        near = get_close_matches(name, known, 1, _ALIKE)
        meant = f" Is `{near[0]}` meant?" if near else ""
        raise MaskUnknown(
            f"`{name}` is to be masked, and is no column of the baseline, of requests or of "
            f"answers.{meant} Nothing is counted until each name in `drift.mask` is one."
        )


def mask_version(mask: Collection[str]) -> dict[str, str]:
    """Return what a baseline is made of as far as masks go; it is made anew for others."""
    return {"mask": json.dumps(sorted(mask))} if mask else {}


def without_values(constraints: Mapping[str, Any], mask: Collection[str]) -> dict[str, Any]:
    """Return constraints.json without what it says of the values of masked features."""
    told, features = dict(constraints), constraints.get("features")
    if mask and isinstance(features, list):
        told["features"] = [_bare(each) if _is_one(each, mask) else each for each in features]
    return told


def _is_one(feature: Any, mask: Collection[str]) -> bool:
    return isinstance(feature, dict) and feature.get("name") in mask


def _bare(feature: Mapping[str, Any]) -> dict[str, Any]:
    return {key: feature[key] for key in (*_KEPT, *_OVERRIDES) if key in feature}
