"""A release on its way beside what serves: what its states share."""

from __future__ import annotations

from dataclasses import dataclass
from math import isclose
from typing import TYPE_CHECKING, Any, NoReturn, Self

from slipway.domain.plan import ReleasePlan
from slipway.errors import (
    CanaryFailed,
    EndpointBusy,
    EndpointMissing,
    ReleaseAborted,
    SilentRollback,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.plan import Step
    from slipway.domain.release import ReleaseRecord
    from slipway.ports import EndpointState, ReleaseBook, VariantState
    from slipway.usecases.reference import ReleaseRef

FULL = 100
STAGE = "canary"
TOKEN_SECONDS = 86_400

_ERRORS = {"CanaryFailed": CanaryFailed, "ReleaseAborted": ReleaseAborted}


@dataclass(frozen=True, slots=True)
class Rollout:
    """A release with its plan."""

    release: ReleaseRecord
    plan: ReleasePlan

    @classmethod
    def read(cls, ref: ReleaseRef, ledger: ReleaseBook) -> Self:
        """Read what the ledger knows."""
        release = ledger.read_release(ref.endpoint, ref.release)
        return cls(release, ReleasePlan.from_dict(release.plan))

    @property
    def canary(self) -> str:
        """The new version's variant."""
        return self.plan.names.variant

    @property
    def baseline(self) -> str:
        """The variant that served before."""
        return str(self.release.made["baseline"])

    @property
    def config(self) -> str:
        """The endpoint configuration that holds both."""
        return self.plan.names.staged_config(STAGE)

    def step(self, index: int) -> Step:
        """Return a step of the plan."""
        return self.plan.steps[index]

    def canary_count(self, index: int) -> int:
        """Return how many instances the canary gets for a step, as the demand is by then."""
        sizes = self.release.sizes
        if sizes.get("step") == index:
            return int(sizes["canary"])
        return self.step(index).canary_instances

    def weights(self, share: int) -> dict[str, float]:
        """Return the weights at which the new version gets a share of the traffic, in percent."""
        return {self.baseline: float(FULL - share), self.canary: float(share)}

    def require_uncondemned(self) -> None:
        """Raise the error of the sentence, if there is one."""
        if self.release.condemned:
            raise_sentence(self.release.condemned)

    def fleet(self, state: EndpointState | None) -> tuple[VariantState, VariantState]:
        """Return what serves and the canary, as the endpoint has them.

        Raises
        ------
        SilentRollback
            If it serves another configuration than the one with the canary.
        """
        name = self.release.endpoint
        if state is None:
            raise EndpointMissing(f"Endpoint {name} no longer exists")
        found = {variant.name: variant for variant in state.variants}
        if state.config != self.config or not {self.baseline, self.canary} <= found.keys():
            reason = state.failure or "SageMaker gives no reason"
            raise SilentRollback(
                f"SageMaker rolled {name} back by itself to {state.config}: {reason}"
            )
        return found[self.baseline], found[self.canary]


def judgements_before(rollout: Rollout, step: int) -> list[Any]:
    """Return what the judge found at the step before; nothing at the first one."""
    steps = rollout.release.evidence.get("steps", [])
    return list(steps[step - 1].get("judgements", [])) if 0 < step <= len(steps) else []


def require_still(endpoint: str, state: EndpointState | None) -> None:
    """Raise EndpointBusy while SageMaker changes the endpoint."""
    if state and state.status != "InService":
        raise EndpointBusy(f"Endpoint {endpoint} is {state.status}")


def raise_sentence(condemned: Mapping[str, Any]) -> NoReturn:
    """Raise the error that a condemned release goes back with."""
    raise _ERRORS.get(condemned.get("error", ""), CanaryFailed)(condemned["reason"])


def has_share(baseline: VariantState, canary: VariantState, share: int) -> bool:
    """Tell whether the canary gets this share of the traffic, in percent."""
    return _is_share(baseline.weight, canary.weight, share)


def awaits_share(baseline: VariantState, canary: VariantState, share: int) -> bool:
    """Tell whether SageMaker has been asked for this share, in percent."""
    wanted = (baseline.desired_weight, canary.desired_weight)
    return None not in wanted and _is_share(wanted[0] or 0.0, wanted[1] or 0.0, share)


def _is_share(baseline: float, canary: float, share: int) -> bool:
    total = baseline + canary
    # SageMaker keeps weights as 32-bit floats.
    return total > 0 and isclose(FULL * canary / total, share, abs_tol=0.01)
