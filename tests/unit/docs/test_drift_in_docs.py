"""What docs/drift.md says about tests, checks and captures is what the code has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from slipway.domain.drift.checks import CHECKS
from slipway.domain.drift.stattests import all_tests
from slipway.domain.drift.troubles import Trouble
from slipway.domain.drift.verdict import Severity, Verdict
from slipway.domain.spec.drift import Drift

DRIFT = (Path(__file__).parents[3] / "docs" / "drift.md").read_text()


def rows(heading: str) -> dict[str, list[str]]:
    """Cells of the first table below a heading, by what stands in backticks before them."""
    section = DRIFT.split(f"{heading}\n", 1)[1].split("\n#", 1)[0]
    lines = re.findall(r"^\| `([a-z_`, -]+)` \| (.*) \|$", section, re.MULTILINE)
    return {name: cells.split(" | ") for name, cells in lines}


def test_every_test_is_there_with_its_limit_and_what_it_compares() -> None:
    found = rows("### Tests of distributions")
    for test in all_tests():
        kinds = [*(["numbers"] * test.numeric), *(["words"] * test.categorical)]
        assert found.pop(test.name)[:2] == [", ".join(kinds), str(test.threshold)]
    assert found == {}


def test_every_check_is_there_with_its_limit() -> None:
    found = rows("### Checks of values and columns")
    assert {name: cells[-1] for name, cells in found.items()} == {
        check.name: str(check.threshold) for check in CHECKS.values()
    }


def test_every_verdict_and_severity_is_there() -> None:
    assert set(rows("## When it is drift")) == {str(verdict) for verdict in Verdict}
    for severity in set(Severity) - {Severity.NONE}:
        assert f"`{severity}`" in DRIFT


def test_every_reason_to_set_something_aside_is_there() -> None:
    told = {name for names in rows("## What is read") for name in re.split(r"`, `", names)}
    assert told == set(Trouble) - {Trouble.SYNTHETIC}


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`drift\.([a-z_]+)", DRIFT))))
def test_every_setting_that_is_named_exists(name: str) -> None:
    assert name in Drift.model_fields


def test_defaults_are_the_settings_defaults() -> None:
    defaults = Drift()
    assert f"`drift.significance: {defaults.significance}`" in DRIFT
    (usual,) = defaults.tests
    assert rows("### Tests of distributions")[usual][-1].endswith("The default")
