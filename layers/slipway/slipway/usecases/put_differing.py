"""Put the alarms that are not yet as they have to be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from slipway.ports import EndpointMirror, Guards


def put_differing(
    wanted: Sequence[Mapping[str, Any]], prefix: str, *, mirror: EndpointMirror, guards: Guards
) -> int:
    """Write as few alarms as possible; return how many.

    CloudWatch takes few writes a second from an account, so what a call before this one had
    written when it was throttled is not written again.

    Parameters
    ----------
    prefix : str
        What the names of all of the alarms begin with.
    """
    if not wanted:
        return 0
    found = {str(alarm["AlarmName"]): alarm for alarm in mirror.alarms(prefix)}
    missing = [alarm for alarm in wanted if found.get(str(alarm["AlarmName"])) != alarm]
    guards.put_alarms(missing)
    return len(missing)
