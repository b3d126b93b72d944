"""The page: what is asked, of what, how it is met, what proves it; and what is not met, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.deploy.transform import load
from scripts.compliance.controls import BEYOND, LISTED
from scripts.compliance.standing import NotMet, Standing
from scripts.hardening.exceptions import EVERY_FUNCTION, exceptions
from scripts.translated import NETWORK, ROOT, TEMPLATE, translated

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scripts.compliance.control import Control, Template
    from scripts.hardening.exceptions import Exempt

INTRODUCTION = """\
# Compliance

Generated from `template.yaml`, `network.yaml` and `scripts/compliance/controls`; do not edit
it.

What known lists of controls ask for, of which resources, how it is met, and which check of this
repository fails once it no longer is: a rule of checkov (`CKV…`, in `make check`), or a test or
rule of ours (in `make test`). Making this page looks at the resources too, and fails for one that
meets a control no longer and does not say why. Names are those of AWS Foundational Security Best
Practices; CIS is the CIS AWS Foundations Benchmark 5.0.0. Both also ask for things of a whole
account, which no stack can give.
"""
UNMET = """
## Not met, and why

| control | what is asked | of | why not |
|---|---|---|---|"""
RULES = """
## Rules of checkov that are not followed, and why

| rule | of | why not |
|---|---|---|"""
LISTED_HEAD = (
    "| control | what is asked | of | how it is met | what proves it |\n|---|---|---|---|---|"
)
BEYOND_HEAD = (
    "\n## Beyond the lists\n\n| what holds | of | how | what proves it |\n|---|---|---|---|"
)


def compliance_page() -> str:
    """Return the page.

    Raises
    ------
    NotMet
        A resource meets a control otherwise than it says, or a check does not exist.
    """
    template = _whole()
    given = [each for path in (TEMPLATE, NETWORK) for each in exceptions(path)]
    listed = [Standing.of(control, template, given) for control in LISTED]
    beyond = [Standing.of(control, template, given) for control in BEYOND]
    for control in (*LISTED, *BEYOND):
        _require_checks(control)
    parts = [INTRODUCTION, LISTED_HEAD]
    parts += [_row(_name(each.control), *_met(each)) for each in listed if each.is_met]
    parts += [UNMET, *(row for each in listed for row in _unmet(each))]
    parts += [BEYOND_HEAD, *(_row(*_met(each)) for each in beyond)]
    parts += [RULES, *_excepted(given)]
    return "\n".join(parts) + "\n"


def _whole() -> Template:
    template, network = translated(), load(NETWORK)
    return {"Resources": {**template["Resources"], **network["Resources"]}}


def _met(standing: Standing) -> tuple[str, ...]:
    control = standing.control
    checks = ", ".join(map(_check, control.checks))
    return control.asks, standing.where, control.how, checks


def _check(check: str) -> str:
    """Return a rule's name, or what a test says as a link to it."""
    path, _, function = check.partition("::")
    said = function.removeprefix("test_").replace("_", " ")
    return f"[{said}](../{path})" if function else f"`{path}`"


def _unmet(standing: Standing) -> Iterator[str]:
    for resource, reason in standing.unmet:
        yield _row(_name(standing.control), standing.control.asks, f"`{resource}`", reason)


def _name(control: Control) -> str:
    return f"{control.name} (CIS {control.cis})" if control.cis else control.name


def _excepted(given: Sequence[Exempt]) -> Iterator[str]:
    for each in given:
        if each.is_checkovs:
            owner = "every function" if each.owner == EVERY_FUNCTION else f"`{each.owner}`"
            yield _row(f"`{each.check}`", owner, each.reason)


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _require_checks(control: Control) -> None:
    for check in control.checks:
        path, _, function = check.partition("::")
        if check.startswith("CKV"):
            continue  # A rule of checkov: the check that runs it knows whether there is one.
        file = ROOT / path
        if not file.is_file() or f"def {function}(" not in file.read_text(encoding="utf-8"):
            raise NotMet(
                f"{control.name or control.asks} is proved by {check}, which is not there."
            )
