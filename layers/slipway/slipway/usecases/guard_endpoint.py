"""Watch the variant that serves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.domain.alarms import Limits, alarm_definitions
from slipway.domain.capacity.demand import Tracked
from slipway.domain.dashboard import dashboard_body
from slipway.domain.demand_alarms import demand_alarms
from slipway.domain.naming import dashboard_name
from slipway.domain.plan import ReleasePlan
from slipway.errors import DashboardRefused, ServiceBusy
from slipway.usecases.hold_lease import hold_lease

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slipway.domain.alarms import AlarmDefinition
    from slipway.domain.release import LiveRelease, ReleaseRecord
    from slipway.ports import Clock, Guards
    from slipway.usecases.hold_lease import HeldBook
    from slipway.usecases.reference import ReleaseRef


def guard_endpoint(  # noqa: PLR0913 - the ports
    ref: ReleaseRef,
    *,
    topic_arn: str,
    region: str,
    ledger: HeldBook,
    guards: Guards,
    clock: Clock,
) -> dict[str, Any]:
    """Create the variant's alarms and the endpoint's dashboard.

    The alarms of what served before stay until it has settled: the release may still go back. A
    guarded deployment keeps the variant's name, and so the very same alarms. Where a person
    deleted the endpoint, there is no way back, and its alarms go.
    """
    live = hold_lease(ref, ledger=ledger, now=clock.now().isoformat()).live
    release = ledger.read_release(ref.endpoint, ref.release)
    limits = limits_of(release)
    alarms = wanted_alarms(release, topic_arn, live)
    dashboard = dashboard_name(ref.endpoint, region)
    names = [alarm.name for alarm in alarms]
    made = {**release.made, "alarms": names, "dashboard": dashboard}
    ledger.note_release(ref.endpoint, ref.release, {"made": made})
    guards.put_alarms(alarm.request for alarm in alarms)
    # Another metric of scaling has other alarms.
    before = [*release.made.get("alarms", ()), *_of_what_is_gone(release, live, ledger)]
    guards.delete_alarms([name for name in before if name not in names])
    problem = _show(dashboard, dashboard_body(ref.endpoint, region, limits), guards)
    if problem:
        evidence = {**release.evidence, "dashboard": problem}
        ledger.note_release(ref.endpoint, ref.release, {"evidence": evidence})
    return {
        "alarms": len(names),
        "dashboard": dashboard,
        "problem": problem,
        # A person may have paused the release before its first step.
        "paused": release.paused,
    }


def _of_what_is_gone(
    release: ReleaseRecord, live: LiveRelease | None, ledger: HeldBook
) -> Sequence[str]:
    """Return the alarms of what the ledger calls live, where the release made the endpoint anew."""
    if live is None or live.release == release.release or release.plan["strategy"] != "first":
        return ()
    return tuple(ledger.read_release(release.endpoint, live.release).made.get("alarms", ()))


def limits_of(release: ReleaseRecord) -> Limits:
    """Return above what people are told."""
    return Limits(**release.policy.get("alarms", {}))


def wanted_alarms(
    release: ReleaseRecord, topic_arn: str, live: LiveRelease | None
) -> list[AlarmDefinition]:
    """Return the alarms of a release's variant, as long as nothing was learned about it.

    Parameters
    ----------
    live : LiveRelease, optional
        What serves. If that is the release, it may have woken on another type than was planned.
    """
    plan, limits = ReleasePlan.from_dict(release.plan), limits_of(release)
    endpoint, variant = release.endpoint, plan.names.variant
    serves = live is not None and live.release == release.release
    kind = live.instance_type if live and serves else plan.instance_type
    trouble = alarm_definitions(
        endpoint=endpoint,
        variant=variant,
        instance_type=kind,
        topic_arn=topic_arn,
        limits=limits,
    )
    if not release.scaling:
        return trouble
    tracked = Tracked.of(release.scaling["policy"])
    return trouble + demand_alarms(
        endpoint=endpoint, variant=variant, instance_type=kind, tracked=tracked
    )


def _show(name: str, body: str, guards: Guards) -> str:
    """Put the dashboard; a release does not fail for a picture, so return what is wrong with it."""
    try:
        guards.put_dashboard(name, body)
    except (DashboardRefused, ServiceBusy) as error:
        return str(error)
    return ""
