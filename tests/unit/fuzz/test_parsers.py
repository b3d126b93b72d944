"""Whatever comes from outside, it is read or refused by an error of our own, in words."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings

from tests.unit.fuzz.parsers import ELSEWHERE, PARSERS

if TYPE_CHECKING:
    from tests.unit.fuzz.kinds import Parser, ProvedElsewhere

TESTS = Path(__file__).parents[1]
# A few with every run of the tests, many in a proof, whose profile asks for more of all.
FEW = settings(
    max_examples=settings.default.max_examples // 2,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.mark.parametrize("parser", PARSERS, ids=lambda parser: parser.name)
def test_anything_is_read_or_refused_by_name(parser: Parser) -> None:
    @FEW
    @given(parser.inputs)
    def hold(given_input: Any) -> None:
        try:
            parser.call(given_input)
        except parser.errors as refused:
            assert str(refused).strip()

    hold()


@pytest.mark.parametrize("parser", PARSERS, ids=lambda parser: parser.name)
def test_errors_are_our_own(parser: Parser) -> None:
    homes = ("slipway.", "slipway_cli.", "rehearsal.", "scripts.")
    assert [error for error in parser.errors if not error.__module__.startswith(homes)] == []


@pytest.mark.parametrize("parser", ELSEWHERE, ids=lambda parser: parser.name)
def test_what_is_proved_elsewhere_is(parser: ProvedElsewhere) -> None:
    tree = ast.parse((TESTS / parser.module).read_text())
    called = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert "given" in called


@pytest.mark.parametrize("parser", [p for p in PARSERS if p.errors], ids=lambda p: p.name)
def test_some_inputs_pass_and_some_are_refused(parser: Parser) -> None:
    outcomes: set[str] = set()

    # Whether the inputs are good ones is no question to ask of chance.
    @settings(FEW, max_examples=150, derandomize=True, database=None)
    @given(parser.inputs)
    def sort(given_input: Any) -> None:
        try:
            parser.call(given_input)
        except parser.errors:
            outcomes.add("refused")
        else:
            outcomes.add("read")

    sort()
    assert outcomes == {"read", "refused"}
