"""Wake an endpoint on another instance type: AWS has no capacity for the last one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from slipway.domain.capacity.fallback import config_name, config_on
from slipway.errors import CapacityRefused, LeaseLost
from slipway.usecases.hold_rest import hold_rest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.capacity.rest import Asleep
    from slipway.domain.release import ReleaseRecord
    from slipway.ports import Clock
    from slipway.usecases.bedtime import RestBook
    from slipway.usecases.reference import ReleaseRef


class ConfigMaker(Protocol):
    """Makes endpoint configurations."""

    def create_config(self, request: Mapping[str, Any]) -> bool:
        """Create an endpoint configuration; False if an equal one existed."""


def fall_back(
    ref: ReleaseRef, *, ledger: RestBook, endpoints: ConfigMaker, clock: Clock
) -> dict[str, str]:
    """Make the configuration of the next type that the spec allows, and wake with that.

    Raises
    ------
    CapacityRefused
        If no type is left.
    """
    record = hold_rest(ref, ledger=ledger, now=clock.now().isoformat())
    asleep = record.asleep
    if asleep is None:
        raise LeaseLost(f"Endpoint {ref.endpoint} does not sleep any more")
    tried = (*asleep.tried, type_of(asleep))
    left = [kind for kind in asleep.snapshot["types"] if kind not in tried]
    if not left:
        raise CapacityRefused(
            f"AWS has no capacity for {', '.join(dict.fromkeys(tried))}, and the spec allows no "
            "other type: add some to hosting.fallback_instance_types, or ask for a higher quota"
        )
    config = _config(ref, asleep, left[0], ledger, endpoints)
    ledger.write_endpoint(replace(record, asleep=replace(asleep, config=config, tried=tried)))
    return {"instance_type": left[0], "config": config}


def type_of(asleep: Asleep) -> str:
    """Return the instance type that the endpoint wakes on at the moment."""
    left = [kind for kind in asleep.snapshot["types"] if kind not in asleep.tried]
    # The types are tried in their order.
    return str(left[0]) if left else str(asleep.snapshot["types"][-1])


def _config(
    ref: ReleaseRef, asleep: Asleep, kind: str, ledger: RestBook, endpoints: ConfigMaker
) -> str:
    slept = asleep.snapshot["config"]
    if kind == asleep.snapshot["types"][0]:
        return str(slept["EndpointConfigName"])
    release = ledger.read_release(ref.endpoint, ref.release)
    names = release.plan["names"]
    name = config_name(names["endpoint_config"], names["digest"], kind)
    _note(ref, release, name, ledger)
    endpoints.create_config(config_on(slept, kind, name))
    return name


def _note(ref: ReleaseRef, release: ReleaseRecord, name: str, ledger: RestBook) -> None:
    """Note the configuration before it is asked for: it goes when the release goes."""
    known = list(release.made.get("wake_configs", []))
    if name not in known:
        made = {**release.made, "wake_configs": [*known, name]}
        ledger.note_release(ref.endpoint, ref.release, {"made": made})
