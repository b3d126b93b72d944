from __future__ import annotations

import pytest

from slipway.domain.shortening import printable, shorten
from slipway.domain.spec import InvalidSpec, Problem


@pytest.mark.parametrize("words", ["a" * 9000, "é" * 9000, "\U0001f600" * 9000, "\udc80" * 9000])
def test_what_is_too_long_is_cut_between_characters_and_marked(words: str) -> None:
    cut = shorten(words)
    assert len(cut.encode()) <= 8000
    assert cut.endswith("… (cut)")


def test_what_fits_stays() -> None:
    assert shorten("no gzip") == "no gzip"


def test_what_shows_nothing_is_left_out() -> None:
    assert printable("a\nb\x07c\u2028d é") == "abcd é"


def test_a_spec_with_thousands_of_problems_names_twenty() -> None:
    error = InvalidSpec(Problem(f"bad {number}", line=number) for number in range(1, 3001))
    assert len(error.problems) == 3000
    assert str(error).count("\n") == 21
    assert str(error).startswith("endpoint.yaml has 3000 problems")
    assert str(error).endswith("and 2980 more")
