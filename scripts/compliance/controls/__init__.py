"""The controls that the page speaks of.

Names: AWS Foundational Security Best Practices of Security Hub, and CIS AWS Foundations Benchmark
5.0.0 where Security Hub says that the same is asked there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scripts.compliance.controls import beyond, rights, running, storing

if TYPE_CHECKING:
    from scripts.compliance.control import Control


def _place(control: Control) -> tuple[str, int]:
    service, _, number = control.name.split(",")[0].partition(".")
    return service, int(number)


LISTED = tuple(sorted((*storing.CONTROLS, *running.CONTROLS, *rights.CONTROLS), key=_place))
BEYOND = beyond.CONTROLS
