"""A control: what is asked, of which resources, how it is met, which checks prove it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

Template = dict[str, Any]


def always(_properties: dict[str, Any], _template: Template) -> bool:
    """Tell nothing of a resource: its checks do."""
    return True


@dataclass(frozen=True)
class Control:
    """One row of the page.

    Attributes
    ----------
    name
        As AWS Foundational Security Best Practices name it; empty for what no list has.
    asks
        What it asks for, in our words.
    where
        Types of resources, or words for what Slipway makes at run time.
    checks
        Rules of checkov, or tests and rules of ours as `<file>::<function>`.
    met
        Tells whether a resource meets it, from its properties and the template.
    cis
        The same in CIS AWS Foundations Benchmark 5.0.0, if it is there.
    """

    name: str
    asks: str
    where: tuple[str, ...] | str
    how: str
    checks: tuple[str, ...]
    met: Callable[[dict[str, Any], Template], bool] = always
    cis: str = ""
