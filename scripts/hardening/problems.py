"""Findings without a reason, and reasons without a finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scripts.hardening.exceptions import EVERY_FUNCTION

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from scripts.hardening.exceptions import Exempt
    from scripts.hardening.findings import Finding


def problems(
    findings: Sequence[Finding], exceptions: Sequence[Exempt], resources: Collection[str]
) -> Iterator[str]:
    """Yield what is wrong, one line for each.

    Parameters
    ----------
    resources
        The logical ids of the templates as they are written.
    """
    used: set[Exempt] = set()
    for finding in findings:
        reasons = {each for each in exceptions if _covers(each, finding, resources)}
        used |= reasons
        if not reasons and not finding.skipped:
            where = f"{finding.file}: {finding.kind} {finding.resource}"
            yield f"{where}: {finding.check}: {finding.name}"
    for exempt in exceptions:
        where = f"{exempt.place}: {exempt.check} of {exempt.owner}"
        if not exempt.reason:
            yield f"{where}: the exception has no reason."
        if exempt not in used:
            yield f"{where}: checkov finds nothing of this kind; remove the exception."


def _covers(exempt: Exempt, finding: Finding, resources: Collection[str]) -> bool:
    if exempt.check != finding.check:
        return False
    if exempt.owner == EVERY_FUNCTION:
        return finding.kind in {"AWS::Serverless::Function", "AWS::Lambda::Function"}
    return exempt.owner == _made_of(finding.resource, resources)


def _made_of(resource: str, resources: Collection[str]) -> str:
    """Return the resource of the written template that a translated one was made of."""
    if resource in resources:
        return resource
    return max((each for each in resources if resource.startswith(each)), key=len, default="")
