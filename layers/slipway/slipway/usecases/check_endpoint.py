"""Compare what serves with what was asked for."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal

from slipway.domain.plan import ReleasePlan
from slipway.domain.shortening import shorten
from slipway.errors import (
    CapacityRefused,
    EndpointFailed,
    EndpointMissing,
    EndpointRolledBack,
    SilentRollback,
)
from slipway.usecases.provisioning import note_provisioned
from slipway.usecases.refused_capacity import is_capacity
from slipway.usecases.rollout import raise_sentence

if TYPE_CHECKING:
    from slipway.ports import Clock, ContainerLog, EndpointReader, EndpointState
    from slipway.usecases.provisioning import ProvisioningBook
    from slipway.usecases.reference import ReleaseRef

LOG_LINES = 20
# Of a line, so many bytes: containers write whole arrays and documents.
LONGEST_LINE = 500
_MOVING = frozenset({"Creating", "Updating", "SystemUpdating", "RollingBack"})
# What SageMaker says when it was the version that did not start.
_NOT_STARTED = ("ping health check", "model data")


@dataclass(frozen=True, slots=True)
class Check:
    """Whether the release can go on."""

    verdict: Literal["serving", "waiting", "doubtful"]
    status: str

    def as_dict(self) -> dict[str, str]:
        """Return plain values for the workflow."""
        return asdict(self)


def check_endpoint(  # noqa: PLR0913 - the ports, and which look it is
    ref: ReleaseRef,
    *,
    ledger: ProvisioningBook,
    endpoints: EndpointReader,
    log: ContainerLog,
    clock: Clock,
    stage: str = "",
    again: bool = False,
) -> Check:
    """Tell whether the endpoint serves what the plan wants.

    Parameters
    ----------
    stage : str, optional
        ``canary`` while the new variant is added beside what serves.
    again : bool
        Whether the last look was doubtful: the old configuration without a reason may be an answer
        of the past, and is believed on a second look only.

    Raises
    ------
    EndpointFailed, CapacityRefused
        With SageMaker's reason, and the end of the container's log where there is one.
    CanaryFailed, ReleaseAborted
        If a person ended a first release or a move to another type, or SageMaker went back because
        the release was condemned: a guarded deployment does.
    EndpointRolledBack
        If SageMaker went back because the version did not start beside what serves.
    SilentRollback
        If SageMaker went back for any other reason, or for none that it tells, and says InService
        again. A guarded deployment that nobody condemned is SageMaker's alone: that it went back
        says nothing about the version, and the release has failed.
    EndpointMissing
        If somebody deleted it meanwhile.
    """
    release = ledger.read_release(ref.endpoint, ref.release)
    plan = ReleasePlan.from_dict(release.plan)
    if release.condemned and plan.strategy in {"first", "replace"}:
        raise_sentence(release.condemned)
    state = endpoints.describe(ref.endpoint)
    if state is None:
        raise EndpointMissing(f"Endpoint {ref.endpoint} no longer exists")
    if state.status in _MOVING:
        return Check("waiting", state.status)
    if state.status != "InService":
        raise _failed(state, plan, ref, log)
    if state.config != (plan.names.staged_config(stage) if stage else plan.names.endpoint_config):
        if release.condemned:
            raise_sentence(release.condemned)
        if not state.failure and not again:
            return Check("doubtful", state.status)
        raise _went_back(state, plan, ref, log, beside=bool(stage))
    if not _complete(state, plan, variants=2 if stage else 1):
        return Check("waiting", state.status)
    note_provisioned(release, ledger=ledger, now=clock.now())
    return Check("serving", state.status)


def _complete(state: EndpointState, plan: ReleasePlan, *, variants: int) -> bool:
    """Tell whether exactly the planned variants serve with all the instances that they ask for.

    Scaling may have changed the count that the plan began with, in both directions.
    """
    names = {variant.name for variant in state.variants}
    if plan.names.variant not in names or len(names) != variants:
        return False
    return all(each.current_count >= max(1, each.desired_count) for each in state.variants)


def _failed(
    state: EndpointState, plan: ReleasePlan, ref: ReleaseRef, log: ContainerLog
) -> Exception:
    reason = state.failure or f"SageMaker gives no reason; the status is {state.status}"
    if is_capacity(reason):
        return CapacityRefused(_without_capacity(reason, plan))
    return EndpointFailed(reason + _log_tail(ref.endpoint, plan, log))


def _went_back(
    state: EndpointState, plan: ReleasePlan, ref: ReleaseRef, log: ContainerLog, *, beside: bool
) -> Exception:
    reason = state.failure or "SageMaker gives no reason"
    if is_capacity(reason):
        return CapacityRefused(_without_capacity(reason, plan))
    told = f"to {state.config}: {reason}{_log_tail(ref.endpoint, plan, log)}"
    if beside and any(words in state.failure for words in _NOT_STARTED):
        return EndpointRolledBack(f"The version did not start, and SageMaker went back {told}")
    return SilentRollback(f"SageMaker rolled back by itself {told}")


def _without_capacity(reason: str, plan: ReleasePlan) -> str:
    kind = plan.instance_type
    return (
        f"AWS has not enough capacity for {plan.instance_count} x {kind} "
        f"(quota: {kind} for endpoint usage): {reason}"
    )


def _log_tail(endpoint: str, plan: ReleasePlan, log: ContainerLog) -> str:
    lines = log.last_lines(endpoint, plan.names.variant, LOG_LINES)
    if not lines:
        return ""
    shown = [shorten(line, LONGEST_LINE) for line in lines]
    return "\nThe last lines of the container's log:\n" + "\n".join(shown)
