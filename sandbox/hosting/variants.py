"""Production variants: what they have, what they should have, how that changes. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sandbox.hosting import refusals


@dataclass(frozen=True)
class Variant:
    """A production variant, with what it has and what it should have.

    Attributes
    ----------
    settings
        The variant as the endpoint configuration has it.
    """

    name: str
    settings: dict[str, Any]
    weight: float
    count: int
    desired_weight: float
    desired_count: int

    @classmethod
    def of(cls, settings: dict[str, Any]) -> Variant:
        """Return a variant at its initial weight and count."""
        weight = float(settings.get("InitialVariantWeight", 1.0))
        count = int(settings["InitialInstanceCount"])
        return cls(settings["VariantName"], settings, weight, count, weight, count)

    @property
    def instance_type(self) -> str:
        """The type of its instances."""
        return str(self.settings["InstanceType"])

    def settled(self) -> Variant:
        """Return the variant with what it should have."""
        return replace(self, weight=self.desired_weight, count=self.desired_count)

    def given_up(self) -> Variant:
        """Return the variant wanting what it has."""
        return replace(self, desired_weight=self.weight, desired_count=self.count)


def changed(
    variants: tuple[Variant, ...], wanted: list[dict[str, Any]], arn: str
) -> tuple[Variant, ...]:
    """Return the variants with desired weights and counts; refuse what AWS refuses."""
    names = [item["VariantName"] for item in wanted]
    unknown = sorted(set(names) - {variant.name for variant in variants})
    if unknown:
        raise refusals.invalid(f'Variant(s) {unknown} not found for endpoint "{arn}".')
    if len(set(names)) < len(names):
        raise refusals.invalid(f"A variant is named twice: {names}.")
    _require_one_kind(wanted)
    by_name = {item["VariantName"]: item for item in wanted}
    after = tuple(_wanting(variant, by_name.get(variant.name, {})) for variant in variants)
    if not sum(variant.desired_weight for variant in after) > 0:
        raise refusals.invalid("The weights of all variants together must be above 0.")
    return after


def _require_one_kind(wanted: list[dict[str, Any]]) -> None:
    """Let a request change many weights, or the instance count of one variant."""
    counts = [item for item in wanted if "DesiredInstanceCount" in item]
    if len(counts) > 1:
        raise refusals.invalid(
            "Cannot update the instance count of more than one variant in one request."
        )
    if counts and any("DesiredWeight" in item for item in wanted):
        raise refusals.invalid("Cannot update weights and an instance count in one request.")
    empty = [item["VariantName"] for item in wanted if len(item) == 1]
    if empty:
        raise refusals.invalid(
            f"Neither DesiredWeight nor DesiredInstanceCount is given for {', '.join(empty)}."
        )


def retained(
    old: tuple[Variant, ...], new: tuple[Variant, ...], excluded: set[str]
) -> tuple[Variant, ...]:
    """Return the new variants with counts and weights of the old ones of the same name."""
    before = {variant.name: variant for variant in old}
    return tuple(_keeping(variant, before.get(variant.name), excluded) for variant in new)


def _wanting(variant: Variant, item: dict[str, Any]) -> Variant:
    return replace(
        variant,
        desired_weight=float(item.get("DesiredWeight", variant.desired_weight)),
        desired_count=int(item.get("DesiredInstanceCount", variant.desired_count)),
    )


def _keeping(variant: Variant, before: Variant | None, excluded: set[str]) -> Variant:
    if before is None:
        return variant
    kept = variant
    if "DesiredInstanceCount" not in excluded:
        kept = replace(kept, count=before.desired_count, desired_count=before.desired_count)
    if "DesiredWeight" not in excluded:
        kept = replace(kept, weight=before.desired_weight, desired_weight=before.desired_weight)
    return kept
