"""No parser of outside input can be forgotten: each place that reads is known."""

from __future__ import annotations

import ast

import pytest

from tests.unit.fuzz.parsers import ELSEWHERE, PARSERS
from tests.unit.fuzz.readers import OF_OTHERS, OUR_OWN, ROOT, places, reads


def test_every_place_that_reads_is_fuzzed_or_reads_our_own() -> None:
    unknown = sorted(places() - OF_OTHERS.keys() - OUR_OWN.keys())
    # Read it by `slipway.domain.json_text`, add a parser, and name both in `readers.py`.
    assert unknown == []


def test_every_place_that_is_named_is_there() -> None:
    assert {*OF_OTHERS, *OUR_OWN} - places() == set()
    assert OF_OTHERS.keys().isdisjoint(OUR_OWN)


def test_what_others_wrote_is_driven_by_parsers_that_are_fuzzed() -> None:
    known = {each.name for each in (*PARSERS, *ELSEWHERE)}
    named = {name for names in OF_OTHERS.values() for name in names}
    assert named - known == set()
    assert all(OF_OTHERS.values())


def test_names_are_imported_as_they_are_looked_for() -> None:
    # `from json import loads` would not be seen.
    hidden = [
        f"{place}: {node.module}"
        for place in {each.partition("::")[0] for each in (*OF_OTHERS, *OUR_OWN)}
        for node in ast.walk(ast.parse((ROOT / place).read_text()))
        if isinstance(node, ast.ImportFrom)
        and node.module in {"ast", "csv", "json", "pickle", "tomllib", "yaml", "msgspec.json"}
    ]
    assert hidden == []


@pytest.mark.parametrize("called", ["json.loads", "msgspec.json.decode", "csv.reader", "read_json"])
def test_reading_is_seen(called: str) -> None:
    assert reads(called)
    assert not reads(f"{called}r")
