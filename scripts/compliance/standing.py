"""How a control stands: which resources meet it, and which do not and say why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from scripts.compliance.control import Control, Template
    from scripts.hardening.exceptions import Exempt

# More names than these would say less than their kind, and change with every function.
_MOST_NAMES = 3
_WORDS = {
    "AWS::IAM::ManagedPolicy": "managed policy",
    "AWS::IAM::Role": "role",
    "AWS::Lambda::Function": "function",
    "AWS::Lambda::Permission": "permission",
    "AWS::Logs::LogGroup": "log group",
    "AWS::StepFunctions::StateMachine": "workflow",
}


class NotMet(Exception):
    """A resource does not meet a control and does not say why, or says why and meets it."""


@dataclass(frozen=True)
class Standing:
    """Where a control is met, and where not.

    Attributes
    ----------
    where
        The resources that meet it, in words.
    unmet
        The resources that do not, each with its reason.
    """

    control: Control
    where: str
    unmet: Sequence[tuple[str, str]]

    @property
    def is_met(self) -> bool:
        """Whether there is a resource that meets it."""
        return bool(self.where)

    @classmethod
    def of(cls, control: Control, template: Template, given: Iterable[Exempt]) -> Standing:
        """Look at the resources of a template.

        Raises
        ------
        NotMet
            A resource stands otherwise than it says; or there is none of the kinds.
        """
        if isinstance(control.where, str):
            return cls(control, control.where, ())
        kinds = _kinds(control.where, template)
        if not kinds:
            raise NotMet(f"There is no {' or '.join(control.where)} for {control.name}.")
        reasons = _reasons(control, given)
        met = {
            name: kind
            for name, kind in kinds.items()
            if control.met(template["Resources"][name].get("Properties", {}), template)
        }
        unmet = [(name, _reason(control, name, reasons)) for name in kinds if name not in met]
        for name in set(reasons) & set(met):
            raise NotMet(f"{name} says why it does not meet {control.name}, and meets it.")
        return cls(control, _words(met), unmet)


def _kinds(wanted: Iterable[str], template: Template) -> dict[str, str]:
    resources = template["Resources"].items()
    return {name: each["Type"] for name, each in resources if each["Type"] in wanted}


def _reasons(control: Control, given: Iterable[Exempt]) -> dict[str, str]:
    names = {*control.name.split(", "), *control.checks}
    return {each.owner: each.reason for each in given if each.check in names}


def _reason(control: Control, resource: str, reasons: Mapping[str, str]) -> str:
    reason = reasons.get(resource)
    if not reason:
        asked = f"{control.name} {control.asks}"
        raise NotMet(f"{resource} does not meet: {asked} Nor does a comment in it say why.")
    return reason


def _words(met: Mapping[str, str]) -> str:
    if len(met) <= _MOST_NAMES:
        return ", ".join(f"`{name}`" for name in sorted(met))
    return ", ".join(f"every {word}" for word in sorted({_WORDS[kind] for kind in met.values()}))
