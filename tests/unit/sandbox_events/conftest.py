"""An account that has its events but no functions, workflows or hosting."""

from datetime import UTC, datetime

import pytest

from sandbox.kernel import Kernel
from tests.unit.sandbox_events.events_account import EventsAccount


@pytest.fixture
def account(monkeypatch):
    # Quotas are no matter of this area, and reading their service model takes half of the set-up.
    monkeypatch.setattr("sandbox.account.Quotas", lambda *_: None)
    made = EventsAccount(Kernel(start=datetime(2026, 1, 5, 9, 0, tzinfo=UTC)))
    yield made
    made.close()
