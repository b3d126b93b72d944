"""Guards without a sandbox around them, which would give moto back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.replacing import restore

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def moto_is_given_back() -> Iterator[None]:
    """Let the next test find moto as it is."""
    yield
    restore()
