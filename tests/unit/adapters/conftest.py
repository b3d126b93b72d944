from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from moto import mock_aws

from slipway.adapters.clients import forget_clients

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module", autouse=True)
def own_clients() -> Iterator[None]:
    """Keep clients for a module: making one takes longer than any of these tests."""
    forget_clients()
    yield
    forget_clients()


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty account in memory."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        yield
