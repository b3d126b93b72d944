"""Watch the variant that serves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.domain.alarms import Limits, alarm_definitions
from slipway.domain.dashboard import dashboard_body
from slipway.domain.naming import dashboard_name
from slipway.domain.plan import ReleasePlan
from slipway.errors import DashboardRefused, ServiceBusy
from slipway.usecases.hold_lease import hold_lease

if TYPE_CHECKING:
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
    guarded deployment keeps the variant's name, and so the very same alarms.
    """
    hold_lease(ref, ledger=ledger, now=clock.now().isoformat())
    release = ledger.read_release(ref.endpoint, ref.release)
    plan = ReleasePlan.from_dict(release.plan)
    limits = Limits(**release.policy.get("alarms", {}))
    alarms = alarm_definitions(
        endpoint=ref.endpoint,
        variant=plan.names.variant,
        instance_type=plan.instance_type,
        topic_arn=topic_arn,
        limits=limits,
    )
    dashboard = dashboard_name(ref.endpoint, region)
    names = [alarm.name for alarm in alarms]
    made = {**release.made, "alarms": names, "dashboard": dashboard}
    ledger.note_release(ref.endpoint, ref.release, {"made": made})
    guards.put_alarms(alarm.request for alarm in alarms)
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


def _show(name: str, body: str, guards: Guards) -> str:
    """Put the dashboard; a release does not fail for a picture, so return what is wrong with it."""
    try:
        guards.put_dashboard(name, body)
    except (DashboardRefused, ServiceBusy) as error:
        return str(error)
    return ""
