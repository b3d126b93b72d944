from __future__ import annotations

from typing import Any

import pytest

from scripts.compliance import looks, page
from scripts.compliance.control import Control
from scripts.compliance.controls import BEYOND, LISTED
from scripts.compliance.standing import NotMet, Standing
from scripts.hardening.exceptions import Exempt

ROTATES = Control(
    "KMS.4, KMS.9",
    "Keys rotate.",
    ("AWS::KMS::Key",),
    "each year",
    ("CKV_AWS_7",),
    looks.has("EnableKeyRotation"),
)


def template(**rotating: bool) -> dict[str, Any]:
    return {
        "Resources": {
            name: {"Type": "AWS::KMS::Key", "Properties": {"EnableKeyRotation": rotates}}
            for name, rotates in rotating.items()
        }
    }


def exempt(owner: str, check: str, reason: str = "for a reason") -> Exempt:
    return Exempt(owner, check, reason, "t.yaml:1")


def test_resources_that_meet_a_control_are_named() -> None:
    standing = Standing.of(ROTATES, template(One=True, Two=True), [])
    assert (standing.where, standing.unmet, standing.is_met) == ("`One`, `Two`", [], True)


@pytest.mark.parametrize("check", ["KMS.4", "KMS.9", "CKV_AWS_7"])
def test_one_that_does_not_says_why(check: str) -> None:
    standing = Standing.of(ROTATES, template(One=True, Two=False), [exempt("Two", check)])
    assert (standing.where, standing.unmet) == ("`One`", [("Two", "for a reason")])


@pytest.mark.parametrize(
    "given", [[], [exempt("One", "KMS.4")], [exempt("Two", "KMS.5")], [exempt("Two", "KMS.4", "")]]
)
def test_one_that_does_not_say_why_ends_the_making_of_the_page(given: list[Exempt]) -> None:
    with pytest.raises(NotMet, match="Two does not meet"):
        Standing.of(ROTATES, template(One=False, Two=False), [*given, exempt("One", "KMS.9")])


def test_a_reason_that_nothing_needs_is_refused() -> None:
    with pytest.raises(NotMet, match="One says why"):
        Standing.of(ROTATES, template(One=True), [exempt("One", "KMS.4")])


def test_a_control_about_nothing_is_refused() -> None:
    with pytest.raises(NotMet, match="no AWS::KMS::Key"):
        Standing.of(ROTATES, {"Resources": {}}, [])


def test_a_control_that_is_proved_by_nothing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = Control("X.1", "x", "somewhere", "somehow", ("tests/conftest.py::test_nothing",))
    monkeypatch.setattr(page, "BEYOND", (wrong,))
    with pytest.raises(NotMet, match=r"X\.1 is proved by .*test_nothing, which is not there"):
        page.compliance_page()


def test_what_is_met_is_proved() -> None:
    unproved = [each for each in (*LISTED, *BEYOND) if not each.checks]
    assert [each.name for each in unproved] == ["EC2.2"]
    assert all(each.met is looks.never for each in unproved)
