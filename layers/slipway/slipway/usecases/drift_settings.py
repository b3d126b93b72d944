"""How an endpoint's traffic is watched, as the settings of what serves say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.spec.drift import Drift

if TYPE_CHECKING:
    from slipway.domain.drift.record import DriftRecord
    from slipway.ports import ReleaseBook


def drift_settings(record: DriftRecord, ledger: ReleaseBook) -> Drift:
    """Return the settings that the release has by now."""
    policy = ledger.read_release(record.endpoint, record.release).policy
    said = {name: value for name, value in policy.get("drift", {}).items() if value is not None}
    return Drift.model_validate(said)
