"""What constraints.json asks for, beyond what the baseline itself shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from slipway.domain.errors import DomainError


class ConstraintsInvalid(DomainError):
    """The file is not what Model Monitor calls constraints: the message says where."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """What is asked of one feature.

    Attributes
    ----------
    evaluate
        Whether its values are checked: their type, whether they are there, whether they are known.
    compare
        Whether its distribution is compared.
    matching
        The share of its values that have to be of its type, 0 to 1.
    known
        The share of its values that have to be in its domain, 0 to 1.
    distance
        Model Monitor's own threshold for its own distances of numbers and of words.
    """

    evaluate: bool = True
    compare: bool = True
    matching: float = 1.0
    known: float = 1.0
    distance: float = 0.1
    categorical_distance: float = 0.1


@dataclass(frozen=True, slots=True)
class Requirements:
    """What is asked of each feature, and of all others.

    Example
    -------
    >>> asked = Requirements.of({"monitoring_config": {"datatype_check_threshold": 0.9}})
    >>> asked.of_feature("age").matching
    0.9
    """

    general: Requirement = field(default_factory=Requirement)
    particular: Mapping[str, Requirement] = field(default_factory=dict)

    def of_feature(self, name: str) -> Requirement:
        """Return what is asked of a feature."""
        return self.particular.get(name, self.general)

    @classmethod
    def of(cls, constraints: Mapping[str, Any]) -> Self:
        """Read constraints.json, with the exceptions that it makes for single features.

        Raises
        ------
        ConstraintsInvalid
            Something in it has another form than Model Monitor's.
        """
        general = _read(_mapping(constraints, "monitoring_config"), Requirement(), "")
        features = constraints.get("features", [])
        if not isinstance(features, list):
            raise ConstraintsInvalid("constraints.json: `features` has to be a list.")
        particular: dict[str, Requirement] = {}
        for feature in features:
            if not isinstance(feature, Mapping) or not isinstance(feature.get("name"), str):
                raise ConstraintsInvalid("constraints.json: every feature needs a `name`.")
            # Model Monitor's documentation spells the key in the first way, its files in both.
            for key in ("monitoringConfigOverrides", "monitoring_config_overrides"):
                if overrides := _mapping(feature, key):
                    name = feature["name"]
                    particular[name] = _read(overrides, particular.get(name, general), name)
        return cls(general, particular)


def _read(config: Mapping[str, Any], base: Requirement, feature: str) -> Requirement:
    where = f"constraints.json, `{feature}`" if feature else "constraints.json"
    comparing = _mapping(config, "distribution_constraints")
    return Requirement(
        evaluate=_enabled(config, "evaluate_constraints", base.evaluate, where),
        compare=_enabled(comparing, "perform_comparison", base.compare, where),
        matching=_share(config, "datatype_check_threshold", base.matching, where),
        known=_share(config, "domain_content_threshold", base.known, where),
        distance=_share(comparing, "comparison_threshold", base.distance, where),
        categorical_distance=_share(
            comparing, "categorical_comparison_threshold", base.categorical_distance, where
        ),
    )


def _mapping(container: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = container.get(key)
    if found is None:
        return {}
    if not isinstance(found, Mapping):
        raise ConstraintsInvalid(f"constraints.json: `{key}` has to be an object.")
    return found


def _enabled(config: Mapping[str, Any], key: str, default: bool, where: str) -> bool:
    found = config.get(key)
    if found is None:
        return default
    if found not in ("Enabled", "Disabled"):  # Whatever it is, hashable or not.
        raise ConstraintsInvalid(f"{where}: `{key}` is either `Enabled` or `Disabled`.")
    return bool(found == "Enabled")


def _share(config: Mapping[str, Any], key: str, default: float, where: str) -> float:
    found = config.get(key)
    if found is None:
        return default
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise ConstraintsInvalid(f"{where}: `{key}` has to be a number.")
    if not 0 <= found <= 1:
        raise ConstraintsInvalid(f"{where}: `{key}` has to lie between 0 and 1, not {found!r:.40}.")
    return float(found)
