"""Exceptions from checkov's rules: comments in the template, each with its reason.

    # checkov:skip=CKV_AWS_18: why this resource does not follow the rule

stands in the resource that it is about. In Globals it is about every function. `control:skip` is
the same for controls of docs/compliance.md that checkov has no rule for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EVERY_FUNCTION = "Globals.Function"
_SECTION = re.compile(r"(\w+):\s*(#.*)?$")
_ENTRY = re.compile(r"  (\w+):\s*(#.*)?$")
_SKIP = re.compile(r"\s{4,}# (?:checkov|control):skip=(?P<check>[\w.]+)(?::\s*(?P<reason>\S.*))?$")


@dataclass(frozen=True)
class Exempt:
    """A rule that a resource does not follow.

    Attributes
    ----------
    owner
        The resource's logical id, or `EVERY_FUNCTION`.
    reason
        Empty where somebody forgot it.
    place
        The template's name and the line.
    """

    owner: str
    check: str
    reason: str
    place: str

    @property
    def is_checkovs(self) -> bool:
        """Whether it is about a rule of checkov's."""
        return self.check.startswith("CKV")


def exceptions(template: Path) -> Iterator[Exempt]:
    """Yield the exceptions that stand in a template."""
    section = entry = ""
    for number, line in enumerate(template.read_text(encoding="utf-8").splitlines(), 1):
        if match := _SECTION.match(line):
            section, entry = match[1], ""
        elif match := _ENTRY.match(line):
            entry = match[1]
        elif match := _SKIP.match(line):
            owner = entry if section == "Resources" else f"{section}.{entry}"
            place = f"{template.name}:{number}"
            yield Exempt(owner, match["check"], match["reason"] or "", place)
