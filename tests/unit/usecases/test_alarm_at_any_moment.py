"""An alarm before, between and after the tokens of a release: the outcome is the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from slipway.domain.alarm_change import AlarmChange
from slipway.errors import CanaryFailed
from slipway.usecases.condemn_release import condemn_release
from slipway.usecases.ending import End
from slipway.usecases.record_release import record_release
from tests.fakes.canary import Canary

if TYPE_CHECKING:
    from collections.abc import Callable

STEPS = 4
REASON = (
    "Threshold Crossed: 2 out of the last 3 datapoints [0.07 (02/03/26 09:40:00), 0.05 "
    "(02/03/26 09:39:00)] were greater than the threshold (0.02)."
)
WORDS = "server errors (HTTP 5xx) were 7 % and 5 % in 2 of the last 3 minutes, above 2 %"


class Ringing(Canary):
    """A release that is stopped at some moment, and then told of an alarm of its canary."""

    def __init__(self) -> None:
        super().__init__()
        self.added()
        self.traffic_before(10)

    def passed(self, step: int) -> None:
        """Bring a step to its end with a good verdict."""
        self.baking(step)
        self.traffic(10)
        assert self.judge(step).action in {"advance", "promote"}

    def all_passed(self) -> None:
        for step in range(STEPS):
            self.passed(step)

    def ring(self) -> str:
        name = f"slipway-churn/{self.variant}/server-errors"
        return condemn_release(
            AlarmChange(name, "churn", self.variant, REASON, "now"),
            ledger=self.ledger,
            failer=self.executions,
            alarms=self.guards,
            announcer=self.announcer,
            clock=self.clock,
        ).verdict


def nothing(_: Ringing) -> None:
    """Users have not met the version."""


def instances_asked(ringing: Ringing) -> None:
    ringing.passed(0)
    ringing.size(1)
    ringing.sagemaker.settle("churn")


def traffic_asked(ringing: Ringing) -> None:
    instances_asked(ringing)
    ringing.shift(1)
    ringing.sagemaker.settle("churn")


# What was done when the alarm rings, and the state that would come next.
MOMENTS: dict[str, tuple[Callable[[Ringing], None], Callable[[Ringing], object]]] = {
    "before users": (nothing, lambda it: it.size(0)),
    "between two bakes": (lambda it: it.passed(0), lambda it: it.size(1)),
    "while instances come": (instances_asked, lambda it: it.shift(1)),
    "while traffic moves": (traffic_asked, lambda it: it.bake(1)),
    "at the end of a bake": (lambda it: it.baking(0), lambda it: it.judge(0)),
    "before the promotion": (Ringing.all_passed, lambda it: it.promote()),
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_whatever_comes_next_does_not_come(moment: str) -> None:
    ringing = Ringing()
    before, after = MOMENTS[moment]
    before(ringing)
    assert ringing.ring() == "condemned"
    with pytest.raises(CanaryFailed, match="server errors") as caught:
        after(ringing)
    assert_gone_back(ringing, str(caught.value))


def test_a_bake_that_is_armed_ends_at_once() -> None:
    ringing = Ringing()
    ringing.baking(0)
    assert ringing.ring() == "condemned"
    ((_, error, _),) = ringing.executions.failed
    assert error == "CanaryFailed"
    assert_gone_back(ringing, (ringing.release.condemned or {})["reason"])


def assert_gone_back(ringing: Ringing, reason: str) -> None:
    """Check that the traffic is back where it was, and that the same is recorded and told."""
    assert reason.endswith(WORDS)
    ringing.back()
    weights = ringing.sagemaker.weights("churn")
    assert weights[ringing.old.variant] > 0
    assert weights[ringing.variant] == 0
    recorded = record_release(
        ringing.ref,
        End("failed", {"Error": "CanaryFailed", "Cause": reason}, {"restored": True}),
        ledger=ringing.ledger,
        starter=ringing.executions,
        announcer=ringing.announcer,
        clock=ringing.clock,
    )
    assert (recorded.outcome, ringing.release.outcome) == ("rolled-back", "rolled-back")
    assert recorded.reason.endswith(WORDS)
    assert ringing.announcer.kinds[-1] == "Release Rolled Back"
    assert (ringing.release.bake, ringing.release.gate) == (None, None)
