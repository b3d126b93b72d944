"""Wake an endpoint on another instance type: AWS has no capacity for the last one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from slipway.domain.capacity.fallback import config_name, config_on
from slipway.errors import CapacityRefused, LeaseLost
from slipway.ports import EndpointReader
from slipway.usecases.hold_rest import hold_rest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.capacity.rest import Asleep
    from slipway.domain.release import ReleaseRecord
    from slipway.ports import Clock, EndpointState
    from slipway.usecases.bedtime import RestBook
    from slipway.usecases.reference import ReleaseRef


class ConfigMaker(EndpointReader, Protocol):
    """Makes endpoint configurations, and knows what serves."""

    def create_config(self, request: Mapping[str, Any]) -> bool:
        """Create an endpoint configuration; False if an equal one existed."""


def fall_back(
    ref: ReleaseRef, *, ledger: RestBook, endpoints: ConfigMaker, clock: Clock
) -> dict[str, str]:
    """Make the configuration of the next type that the spec allows, and wake with that.

    Where no type is left, an endpoint that serves with too few instances stays as it is.

    Raises
    ------
    CapacityRefused
        If no type is left, and nothing serves.
    """
    record = hold_rest(ref, ledger=ledger, now=clock.now().isoformat())
    asleep = record.asleep
    if asleep is None:
        raise LeaseLost(f"Endpoint {ref.endpoint} does not sleep any more")
    asleep = replace(asleep, serves=_serves(asleep, endpoints.describe(ref.endpoint)))
    left, tried = types_left(asleep), (*asleep.tried, type_of(asleep))
    kind = left[0] if left else asleep.serves
    if not kind:
        raise CapacityRefused(
            f"AWS has no capacity for {', '.join(dict.fromkeys(tried))}, and the spec allows no "
            "other type: add some to hosting.fallback_instance_types, or ask for a higher quota"
        )
    if not left:
        tried = tuple(each for each in asleep.snapshot["types"] if each != kind)
    config = _config(ref, asleep, kind, ledger, endpoints)
    snapshot = {**asleep.snapshot, "counts": _counts(ref, asleep, kind, ledger)}
    moved = replace(asleep, config=config, tried=tried, snapshot=snapshot)
    ledger.write_endpoint(replace(record, asleep=moved))
    return {"instance_type": kind, "config": config}


def _serves(asleep: Asleep, state: EndpointState | None) -> str:
    now = state is not None and state.status == "InService" and state.config == asleep.config
    return type_of(asleep) if now else asleep.serves


def types_left(asleep: Asleep) -> list[str]:
    """Return the instance types that have not been tried since the endpoint wakes."""
    tried = (*asleep.tried, type_of(asleep))
    return [str(kind) for kind in asleep.snapshot["types"] if kind not in tried]


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


def _counts(ref: ReleaseRef, asleep: Asleep, kind: str, ledger: RestBook) -> dict[str, int]:
    """Return the counts to wake with, of a type that the budget may reach less far for."""
    most = ledger.read_release(ref.endpoint, ref.release).policy.get("most", {})
    counts: Mapping[str, int] = asleep.snapshot["counts"]
    return {name: min(int(count), int(most.get(kind, count))) for name, count in counts.items()}


def _note(ref: ReleaseRef, release: ReleaseRecord, name: str, ledger: RestBook) -> None:
    """Note the configuration before it is asked for: it goes when the release goes."""
    known = list(release.made.get("wake_configs", []))
    if name not in known:
        made = {**release.made, "wake_configs": [*known, name]}
        ledger.note_release(ref.endpoint, ref.release, {"made": made})
