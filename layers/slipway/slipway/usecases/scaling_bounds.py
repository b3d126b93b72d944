"""Between which counts variants scale, while the traffic moves and after that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.scaling import free, held, live_floor

if TYPE_CHECKING:
    from slipway.ports import Bounds, ReleaseBook, Scaling, VariantState
    from slipway.usecases.rollout import Rollout


def hold_scaling(
    rollout: Rollout,
    baseline: VariantState,
    canary: VariantState,
    *,
    ledger: ReleaseBook,
    bounds: Bounds,
) -> None:
    """Keep both variants at their counts, whatever the demand."""
    release = rollout.release
    serving = ledger.read_release(release.endpoint, release.made["replaced"]).scaling
    if serving:
        bounds.set_bounds(held(serving["target"], _floor(baseline, serving["target"]), out=True))
    if release.made.get("scaling"):
        target = release.scaling["target"]
        bounds.set_bounds(held(target, max(canary.desired_count, 1), out=True))


def watch_demand(
    rollout: Rollout,
    baseline: VariantState,
    canary: VariantState,
    *,
    ledger: ReleaseBook,
    scaling: Scaling,
) -> None:
    """Let both variants grow with the demand; neither shrinks below what it has now."""
    release = rollout.release
    serving = ledger.read_release(release.endpoint, release.made["replaced"]).scaling
    if serving:
        floor = _floor(baseline, serving["target"])
        scaling.register(held(serving["target"], floor, out=False), serving["policy"])
    ours = release.scaling
    made = {**release.made, "scaling": str(ours["target"]["ResourceId"])}
    ledger.note_release(release.endpoint, release.release, {"made": made})
    floor = max(canary.desired_count, 1)
    scaling.register(held(ours["target"], floor, out=False), ours["policy"])


def free_scaling(endpoint: str, release: str, *, ledger: ReleaseBook, scaling: Scaling) -> None:
    """Let the variant of a release that serves again scale with the demand, as it did before."""
    requests = ledger.read_release(endpoint, release).scaling
    if requests:
        scaling.register(free(requests["target"]), requests["policy"])


def _floor(baseline: VariantState, target: dict[str, int]) -> int:
    return live_floor(baseline.desired_count, int(target["MinCapacity"]))
