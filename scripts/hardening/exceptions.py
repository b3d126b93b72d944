"""Exceptions from checkov's rules: comments in the template, each with its reason.

    # checkov:skip=CKV_AWS_18: why this resource does not follow the rule

stands in the resource that it is about. In Globals it is about every function.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

EVERY_FUNCTION = "Globals.Function"
_SECTION = re.compile(r"(\w+):\s*(#.*)?$")
_ENTRY = re.compile(r"  (\w+):\s*(#.*)?$")
_SKIP = re.compile(r"\s{4,}# checkov:skip=(?P<check>\w+)(?::\s*(?P<reason>\S.*))?$")


@dataclass(frozen=True)
class Exempt:
    """A rule that a resource does not follow.

    Attributes
    ----------
    owner
        The resource's logical id, or `EVERY_FUNCTION`.
    reason
        Empty where somebody forgot it.
    line
        Where it stands in the template.
    """

    owner: str
    check: str
    reason: str
    line: int


def exceptions(template: str) -> Iterator[Exempt]:
    """Yield the exceptions that stand in a template's text."""
    section = entry = ""
    for number, line in enumerate(template.splitlines(), 1):
        if match := _SECTION.match(line):
            section, entry = match[1], ""
        elif match := _ENTRY.match(line):
            entry = match[1]
        elif match := _SKIP.match(line):
            owner = entry if section == "Resources" else f"{section}.{entry}"
            yield Exempt(owner, match["check"], match["reason"] or "", number)
