"""What follows from a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from slipway.domain.judge import Verdict

if TYPE_CHECKING:
    from slipway.domain.judge import Judgement

Action = Literal["advance", "bake-again", "roll-back", "promote", "pause"]
"""What the workflow does next; `pause` waits for a person."""

Policy = Literal["roll-back", "promote", "pause"]
"""`release.inconclusive`: what follows when requests stay too few."""

# How often a step is baked before `release.inconclusive` decides, the first time included.
MOST_BAKES = 3


@dataclass(frozen=True, slots=True)
class Decision:
    """What happens next, and why in plain words."""

    action: Action
    reason: str

    def as_dict(self) -> dict[str, str]:
        """Return plain values."""
        return {"action": self.action, "reason": self.reason}


def decide(  # noqa: PLR0913 - where the release is, by keyword
    judgement: Judgement,
    *,
    step: int,
    steps: int,
    tries: int,
    policy: Policy,
    most: int = MOST_BAKES,
) -> Decision:
    """Return what follows the end of a bake.

    Parameters
    ----------
    judgement : Judgement
        The one that decides: the worst of the step's.
    step : int
        Index of the step that was baked.
    steps : int
        How many steps there are.
    tries : int
        How often this step has been baked, this time included.
    policy : {"roll-back", "promote", "pause"}
        `release.inconclusive`.
    most : int
        How often a step is baked before the policy decides.
    """
    if judgement.verdict is Verdict.FAIL:
        return Decision("roll-back", judgement.reason)
    if judgement.verdict is Verdict.PASS:
        return Decision(_forward(step, steps), judgement.reason)
    if tries < most:
        return Decision("bake-again", f"Bake {tries} of {most}: {judgement.reason}")
    return _undecided(judgement, _forward(step, steps), policy, tries)


def _forward(step: int, steps: int) -> Literal["advance", "promote"]:
    return "promote" if step + 1 >= steps else "advance"


def _undecided(
    judgement: Judgement, forward: Literal["advance", "promote"], policy: Policy, tries: int
) -> Decision:
    bakes = "1 bake" if tries == 1 else f"{tries} bakes"
    told = f"still undecided after {bakes}: {judgement.reason}"
    if policy == "pause":
        return Decision("pause", f"Waits for a person, {told}")
    # "Cannot tell" may be accepted by the spec; "could not measure" never is.
    if policy == "promote" and judgement.verdict is Verdict.INCONCLUSIVE:
        return Decision(forward, f"Goes on as release.inconclusive says, {told}")
    return Decision("roll-back", f"Rolled back, {told}")
