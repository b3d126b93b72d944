"""A baseline holds nothing of a masked column but how often it had a value."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slipway.domain.drift.baseline import Baseline, BaselineUnreadable
from slipway.domain.drift.comparing import compare
from slipway.domain.drift.masking import MaskUnknown, check_mask
from slipway.domain.drift.profiles import Profile
from slipway.domain.drift.reading import read_captures
from tests.unit.drift_masks.made import MASK, NUMBERS, WORDS, as_csv, captured, holding


def csv_of(secrets: list[tuple[str, float]]) -> bytes:
    rows = [
        {"a": n, "email": word, "card": card, "b": "xy"[n % 2]}
        for n, (word, card) in enumerate(secrets)
    ]
    return b"a,email,card,b\r\n" + as_csv(rows)[2].encode()


def files_of(known: Baseline) -> dict[str, bytes]:
    return {
        "exact": known.to_json(),
        "statistics": json.dumps(known.statistics()).encode(),
        "constraints": json.dumps(known.constraints()).encode(),
    }


@given(secrets=st.lists(st.tuples(WORDS, NUMBERS), min_size=1, max_size=8))
@settings(max_examples=40, deadline=None)
def test_no_value_is_in_what_is_made_of_training_data(secrets: list[tuple[str, float]]) -> None:
    values = [each for pair in secrets for each in pair]
    content = csv_of(secrets * 3)
    known = Baseline.from_csv(lambda: [content], mask=MASK)
    assert holding(files_of(known), values) == []
    # Model Monitor's files, or a baseline that was made without a mask, come to the same.
    opened = Baseline.from_csv(lambda: [content])
    assert holding(files_of(opened), values)
    given_too = Baseline.from_model_monitor(opened.statistics(), opened.constraints())
    for other in (opened.masking(MASK), given_too.masking(MASK)):
        assert holding(files_of(other), values) == []
        assert other.columns["email"].feature.present == 3 * len(secrets)
    again = Baseline.from_json(known.to_json())
    assert (again.mask, again.to_json()) == (frozenset(MASK), known.to_json())


def test_constraints_say_no_word_of_it_but_what_they_ask_for_holds() -> None:
    asked: dict[str, Any] = {"name": "email", "inferred_type": "String", "completeness": 0.9}
    words = {"string_constraints": {"domains": ["zq-secret"]}, "num_constraints": {"x": 1}}
    overrides = {"monitoring_config_overrides": {"evaluate_constraints": "Disabled"}}
    content = csv_of([("zq-secret", 1234567890.5)] * 60)
    known = Baseline.from_csv(lambda: [content], mask=MASK)
    known = known.asking({"features": [{**asked, **words, **overrides}]})
    assert known.constraints() == {"features": [{**asked, **overrides}]}
    assert known.columns["email"].completeness == 0.9


def test_nothing_of_it_is_compared_but_whether_it_is_there() -> None:
    content = csv_of([("zq-secret", 1234567890.5)] * 60)
    known = Baseline.from_csv(lambda: [content], mask=MASK)
    rows = [{"a": 1, "email": "", "card": 5, "b": "x"}]
    captures = captured("csv", rows)
    profile = Profile(known.schema([captures]), known.bins)
    for batch in read_captures([captures], profile.schema):
        profile.add(batch)
    found = {each.feature: each for each in compare(known, profile)}
    email, card = found["email"], found["card"]
    assert (email.values, email.reference_present, email.current_missing) == (None, 60, 1)
    assert (card.values, card.current_present, card.current_mean) == (None, 1, None)
    assert found["a"].values is not None


def test_a_name_that_is_no_column_is_told_with_the_one_that_is_meant() -> None:
    with pytest.raises(MaskUnknown, match=r"`emial` is to be masked.* Is `email` meant\?"):
        check_mask(["emial"], ["a", "email"])
    with pytest.raises(MaskUnknown) as told:
        check_mask(["email"], ["jane.doe", "17"])
    assert "jane" not in str(told.value)
    check_mask(MASK, ["a", *MASK])


@pytest.mark.parametrize("header", ["zq-secret,a,a", "zq-secret,b,c"])
def test_a_file_without_a_header_tells_none_of_its_values(header: str) -> None:
    content = f"{header}\n1,2,3\n".encode()
    with pytest.raises(BaselineUnreadable) as told:
        Baseline.from_csv(lambda: [content], label="left", mask=["email"])
    assert "secret" not in str(told.value)
