"""What is found about a canary, before users and with them, and what follows."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from slipway.domain.judge import Sample, VariantMinute, first_verdict
from slipway.domain.naming import schedule_name
from slipway.domain.policy import release_policy
from slipway.domain.release import Sentence
from slipway.domain.replay import CapturedRequest
from slipway.domain.spec import EndpointSpec
from slipway.errors import (
    CanaryFailed,
    CanaryRefused,
    MeasurementFailed,
    ReleaseAborted,
    ReportRefused,
)
from slipway.usecases.await_approval import Wait, await_approval
from slipway.usecases.golden_requests import pin_smoke, smoke_key
from slipway.usecases.try_canary import try_canary
from tests.fakes.canary import JUDGE, NEW, OLD, SETTLE, TOKEN, Canary
from tests.fakes.measuring import FakeCaptures
from tests.fakes.world import FakeInvoker

ABORTED = Sentence("aborted by Ada", "Ada", "2026-03-02T09:00:00+00:00", error="ReleaseAborted")


def baking(**policy: Any) -> Canary:
    canary = Canary(**policy)
    canary.added()
    canary.traffic_before(10)
    canary.baking(0)
    return canary


@pytest.mark.parametrize("second", [0, 19, 20, 59])
def test_the_shortest_first_bake_is_just_long_enough_for_a_verdict(second: int) -> None:
    canary = Canary()
    canary.added()
    canary.clock.advance(seconds=second)
    canary.traffic_before(10)
    canary.baking(0)
    canary.traffic(int(first_verdict().total_seconds()) // 60)
    assert canary.judge().action == "advance"


def test_a_shorter_one_would_be_baked_again() -> None:
    canary = baking()
    canary.traffic(int(first_verdict().total_seconds()) // 60 - 1)
    assert canary.judge().action == "bake-again"


# --- before users ---------------------------------------------------------------------------------


class Trial:
    """A canary that is asked before users."""

    def __init__(self, **policy: Any) -> None:
        self.canary = Canary(**policy)
        self.canary.added()
        self.captures = FakeCaptures()
        self.invoker = FakeInvoker()

    def captured(self, count: int) -> None:
        for number in range(count):
            body = f"{number}".encode()
            at = f"2026-03-02T08:{number:02}:00Z"
            request = CapturedRequest(f"e-{number}", at, body, "text/csv", b"0.5", "text/csv")
            self.captures.add("churn", self.canary.old.variant, request)
            self.invoker.answers[body] = b"0.5"

    def golden(self, text: str) -> None:
        release = self.canary.release
        self.canary.store.write_text(smoke_key(release), text)
        pinned = {**release.inspection, "smoke": pin_smoke(release, self.canary.store)}
        self.canary.ledger.note_release("churn", release.release, {"inspection": pinned})

    def run(self) -> dict[str, Any]:
        return try_canary(
            self.canary.ref,
            ledger=self.canary.ledger,
            store=self.canary.store,
            captures=self.captures,
            invoker=self.invoker,
            clock=self.canary.clock,
        )


def test_what_users_asked_is_asked_again_and_marked_as_synthetic() -> None:
    trial = Trial()
    trial.captured(3)
    assert trial.run()["verdict"] == "INCONCLUSIVE"  # untested, and too few to time
    asked = [each for each in trial.invoker.asked if each["variant"] == trial.canary.variant]
    assert [each["body"] for each in asked] == [b"0", b"1", b"2"]
    assert all(each["inference_id"].startswith("slipway-") for each in trial.invoker.asked)
    assert trial.canary.release.evidence["before_users"]["replayed"] == 3


def test_a_version_that_fails_what_was_answered_before_is_refused() -> None:
    trial = Trial()
    trial.captured(20)
    trial.invoker.answers.clear()
    with pytest.raises(CanaryRefused, match="20 of 20 replayed requests failed"):
        trial.run()
    assert trial.canary.release.evidence["before_users"]["judgements"]


def test_a_golden_request_that_is_answered_wrongly_refuses_the_version() -> None:
    trial = Trial()
    golden = json.dumps({"content_type": "text/csv", "body": "1", "expect": "2"})
    trial.golden(golden)
    trial.invoker.answers[b"1"] = b"3"
    with pytest.raises(CanaryRefused, match="expected 2, got 3"):
        trial.run()


def test_no_more_is_replayed_than_the_spec_says() -> None:
    trial = Trial(replay=0)
    trial.captured(3)
    trial.run()
    assert trial.invoker.asked == []


def test_a_slow_model_does_not_keep_the_function_beyond_its_time() -> None:
    trial = Trial()
    trial.captured(20)
    answer = trial.invoker.ask

    def slowly(*where: Any, **request: Any) -> Any:
        trial.canary.clock.advance(seconds=30)
        return answer(*where, **request)

    trial.invoker.ask = slowly  # type: ignore[method-assign]  # a stand-in for once
    trial.run()
    assert 0 < trial.canary.release.evidence["before_users"]["replayed"] < 10


def test_an_aborted_release_is_not_tried() -> None:
    trial = Trial()
    trial.canary.ledger.condemn("churn", NEW.release, ABORTED)
    with pytest.raises(ReleaseAborted):
        trial.run()


# --- each minute of a bake ------------------------------------------------------------------------


def test_a_good_canary_is_left_alone() -> None:
    canary = baking()
    canary.traffic(9)
    assert canary.look()["verdict"] == "PASS"
    assert canary.executions.failed == []
    assert canary.release.condemned is None


def test_a_bad_canary_fails_its_bake_early_with_the_evidence() -> None:
    canary = baking()
    canary.traffic(5, errors=20)
    assert canary.look()["verdict"] == "FAIL"
    ((token, error, cause),) = canary.executions.failed
    assert (token, error) == (TOKEN, "CanaryFailed")
    told = json.loads(cause)
    assert "More errors than the baseline" in told["errorMessage"]
    assert told["evidence"]["metric"] == "error-rate"
    condemned = canary.release.condemned or {}
    assert (condemned["by"], condemned["reason"]) == ("judge", told["errorMessage"])


def test_minutes_that_may_still_change_are_not_judged() -> None:
    canary = baking()
    canary.traffic(2, errors=100)
    assert canary.look()["verdict"] == "INCONCLUSIVE"


def test_the_first_sentence_stands() -> None:
    canary = baking()
    canary.traffic(5, errors=20)
    canary.ledger.condemn("churn", NEW.release, ABORTED)
    assert canary.look() == {"verdict": "none"}
    assert (canary.release.condemned or {})["error"] == "ReleaseAborted"


def test_a_look_after_the_bake_or_the_release_finds_nothing_to_judge() -> None:
    canary = baking()
    canary.traffic(10, errors=20)
    canary.ledger.end_bake("churn", NEW.release, TOKEN)
    assert canary.look() == {"verdict": "none"}
    canary = baking()
    canary.ledger.note_release("churn", NEW.release, {"outcome": "succeeded"})
    assert canary.look() == {"verdict": "none"}


CONVERSION = {
    "namespace": "Shop",
    "metric": "Conversion",
    "dimensions": {"Endpoint": "{endpoint}", "Variant": "{variant}"},
    "statistic": "Average",
    "below_live": 10,
}


def converting(rates: dict[str, float], **limits: Any) -> Canary:
    spec = EndpointSpec.model_validate({"release": {"metrics": [CONVERSION | limits]}})
    canary = baking(metrics=release_policy(spec)["metrics"])
    begun = canary.clock.now().replace(second=0, microsecond=0)
    canary.traffic(9)
    for variant, rate in rates.items():
        name = canary.variant if variant == "new" else canary.old.variant
        known = canary.measurements.known["churn", name, ""]
        for number, minute in enumerate(known):
            if minute.minute >= begun:
                # No two minutes are alike.
                sample = Sample(rate * (1 + number % 3 / 10), 50)
                known[number] = replace(minute, custom=(sample,))
    return canary


def test_a_conversion_that_drops_on_the_canary_condemns_it() -> None:
    canary = converting({"new": 0.01, "old": 0.03})
    assert canary.look()["verdict"] == "FAIL"
    condemned = canary.release.condemned or {}
    assert "Shop/Conversion (Average) is 0.011" in condemned["reason"]
    assert "of `below_live: 10`; the live variant has 0.0" in condemned["reason"]
    with pytest.raises(CanaryFailed, match="Shop/Conversion"):
        canary.judge(0)


def test_one_that_is_as_good_goes_on_and_the_page_shows_it() -> None:
    canary = converting({"new": 0.03, "old": 0.03}, at_least=0.02)
    assert canary.look()["verdict"] == "PASS"
    assert canary.judge(0).action == "advance"
    judged = canary.release.evidence["steps"][0]["judgements"][-1]
    assert (judged["metric"], judged["verdict"]) == ("Shop/Conversion", "PASS")
    assert "within `at_least: 0.02`; the live variant has 0.03" in judged["reason"]


def test_one_that_never_comes_leaves_the_step_undecided_unless_it_does_not_matter() -> None:
    canary = converting({"old": 0.03})
    assert canary.look()["verdict"] == "INCONCLUSIVE"
    assert canary.judge(0).action == "bake-again"
    with pytest.raises(CanaryFailed, match="Too few values of Shop/Conversion"):
        canary.judge(0, 3)
    ignored = converting({"old": 0.03}, missing="ignore")
    assert ignored.judge(0).action == "advance"


def test_while_a_person_is_waited_for_metrics_of_users_do_not_count() -> None:
    canary = converting({"new": 0.01, "old": 0.03})
    canary.ledger.end_bake("churn", NEW.release, TOKEN)
    wait(canary, "approve")
    assert canary.look()["verdict"] == "PASS"


# --- the end of a bake ----------------------------------------------------------------------------


def test_a_good_step_is_followed_by_the_next_and_the_last_by_the_promotion() -> None:
    canary = baking()
    canary.traffic(10)
    found = canary.judge(0)
    assert (found.action, found.step, found.tries, found.gate) == ("advance", 1, 1, "")
    assert canary.release.steps_done == 1
    assert (canary.release.bake, canary.schedules.schedules) == (None, {})
    for step in (1, 2, 3):
        canary.baking(step)
        canary.traffic(10)
        found = canary.judge(step)
    assert (found.action, found.step) == ("promote", 4)
    assert [step["weight"] for step in canary.release.evidence["steps"]] == [5, 25, 50, 100]


def test_a_bad_step_ends_the_release() -> None:
    canary = baking()
    canary.traffic(10, errors=20)
    with pytest.raises(CanaryFailed, match="More errors than the baseline"):
        canary.judge(0)
    assert canary.release.condemned is not None
    assert canary.release.evidence["steps"][0]["judgements"]


def test_a_sentence_during_the_bake_outweighs_a_good_measurement() -> None:
    canary = baking()
    canary.traffic(10)
    canary.ledger.condemn("churn", NEW.release, ABORTED)
    with pytest.raises(ReleaseAborted):
        canary.judge(0)


def test_without_traffic_a_step_is_baked_again_and_then_the_spec_decides() -> None:
    canary = baking()
    canary.clock.advance(minutes=10)
    assert (canary.judge(0).action, canary.judge(0, 2).tries) == ("bake-again", 3)
    with pytest.raises(CanaryFailed, match="undecided after 3 bakes"):
        canary.judge(0, 3)


@pytest.mark.parametrize(
    ("policy", "action", "gate"),
    [("promote", "advance", ""), ("pause", "advance", "inconclusive")],
)
def test_the_spec_may_let_an_undecided_step_pass_or_wait(
    policy: str, action: str, gate: str
) -> None:
    canary = baking(inconclusive=policy)
    canary.clock.advance(minutes=10)
    found = canary.judge(0, 3)
    assert (found.action, found.gate, found.step) == (action, gate, 1)


def test_what_cannot_be_measured_never_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    canary = baking(inconclusive="promote")
    canary.traffic(10)

    def fail(*_: object, **__: object) -> Any:
        raise MeasurementFailed("CloudWatch gives no metrics: denied")

    monkeypatch.setattr(canary.measurements, "minutes", fail)
    assert canary.look()["verdict"] == "ERROR"
    assert canary.executions.failed == []
    assert canary.judge(0).action == "bake-again"
    with pytest.raises(CanaryFailed, match="denied"):
        canary.judge(0, 3)


def test_a_paused_release_waits_before_its_next_step() -> None:
    canary = baking()
    canary.traffic(10)
    canary.ledger.note_release("churn", NEW.release, {"paused": True})
    assert canary.judge(0).gate == "paused"


def test_approval_is_asked_for_before_each_step_but_not_before_the_promotion() -> None:
    canary = baking(approve=True)
    canary.traffic(10)
    assert canary.judge(0).gate == "approve"
    for step in (1, 2, 3):
        canary.baking(step)
        canary.traffic(10)
        found = canary.judge(step)
    assert (found.action, found.gate) == ("promote", "")


# --- waiting for a person -------------------------------------------------------------------------


def wait(canary: Canary, gate: str, step: int = 1) -> None:
    await_approval(
        canary.ref,
        Wait(step, gate, "gate-token", JUDGE),
        ledger=canary.ledger,
        waker=canary.executions,
        schedules=canary.schedules,
        announcer=canary.announcer,
        clock=canary.clock,
    )


def test_people_are_told_that_a_release_waits_for_them() -> None:
    canary = baking()
    wait(canary, "approve")
    assert (canary.release.gate or {})["token"] == "gate-token"
    news = canary.announcer.news[-1]
    assert "waits for approval before 25 %; it gets 5 % of the requests" in news.reason
    assert news.facts["waiting"] == "approve"


def test_a_canary_that_goes_bad_while_it_waits_is_not_waited_for() -> None:
    canary = baking(approve=True)
    canary.traffic(10)
    assert canary.judge(0).gate == "approve"
    wait(canary, "approve")
    assert list(canary.schedules.schedules) == [schedule_name("churn", "judge")]
    canary.traffic(5)
    assert canary.look()["verdict"] == "PASS"
    canary.traffic(5, errors=20)
    assert canary.look()["verdict"] == "FAIL"
    ((token, error, _),) = canary.executions.failed
    assert (token, error) == ("gate-token", "CanaryFailed")


def test_nobody_judges_before_the_first_user_nor_without_anything_beside_the_canary() -> None:
    canary = baking()
    canary.ledger.end_bake("churn", NEW.release, TOKEN)
    canary.schedules.schedules.clear()
    for step in (0, 4):
        wait(canary, "paused", step)
        assert canary.schedules.schedules == {}
    canary.ledger.open_gate("churn", NEW.release, {"token": "gate-token", "step": 0})
    assert canary.look() == {"verdict": "none"}


def test_requests_of_slipways_own_are_no_minutes_of_the_baseline() -> None:
    canary = promoted()
    begun = datetime.fromisoformat(canary.release.evidence["steps"][0]["asked"])
    minutes = [begun - timedelta(minutes=number) for number in (9, 8, 7)]
    for number, at in enumerate(minutes):
        replayed = VariantMinute(at, 1000, 500 if number == 1 else 0, 12_000.0, tail=20_000.0)
        canary.measurements.add("churn", canary.old.variant, replayed)
    asked = {"started": minutes[1].isoformat(), "ended": minutes[1].isoformat()}
    evidence = {**canary.release.evidence, "before_users": asked}
    canary.ledger.note_release("churn", NEW.release, {"evidence": evidence})
    canary.traffic(10)
    canary.judge(3)
    first = canary.release.evidence["steps"][3]["judgements"][0]
    assert first["evidence"]["baseline"]["errors"] == 0
    assert first["evidence"]["baseline"]["requests"] >= 2000


def test_a_release_that_is_resumed_at_this_moment_goes_on() -> None:
    canary = baking()
    wait(canary, "paused")
    assert canary.executions.woken[-1] == "gate-token"
    assert canary.release.gate is None


def test_a_condemned_release_does_not_wait() -> None:
    canary = baking()
    canary.ledger.condemn("churn", NEW.release, ABORTED)
    with pytest.raises(ReleaseAborted):
        wait(canary, "approve")


# --- the promotion --------------------------------------------------------------------------------


def promoted() -> Canary:
    canary = baking()
    for step in (1, 2, 3):
        canary.baking(step)
    canary.announcer.news.clear()
    return canary


def test_a_promotion_keeps_the_previous_version_ready_and_passes_the_lease_on() -> None:
    canary = promoted()
    assert canary.promote()["outcome"] == "succeeded"
    record = canary.ledger.read_endpoint("churn")
    assert (record.lease, record.state) == (None, "settling")
    assert record.live is not None
    assert record.live.release == NEW.release
    assert record.settling is not None
    assert record.settling.previous.release == OLD.release
    schedule = canary.schedules.schedules[schedule_name("churn", "settle")]
    assert (schedule["target"], schedule["payload"]["release"]) == (SETTLE, NEW.release)
    assert schedule["at"].isoformat() == record.settling.until


def test_after_a_promotion_only_the_new_variant_scales_and_freely() -> None:
    canary = promoted()
    canary.promote()
    (resource,) = canary.scaling.targets
    assert resource.endswith(canary.variant)
    assert not any(canary.target(canary.variant)["SuspendedState"].values())
    assert canary.target(canary.variant)["MinCapacity"] == 2


def test_the_news_of_a_promotion_say_how_far_it_came_and_where_the_report_is() -> None:
    canary = promoted()
    canary.promote()
    (news,) = canary.announcer.news
    assert (news.kind, news.facts["weight"]) == ("Release Succeeded", 100)
    assert news.report in canary.reports.pages
    assert canary.release.report == news.report


def test_a_report_that_cannot_be_stored_takes_nothing_back(monkeypatch: pytest.MonkeyPatch) -> None:
    canary = promoted()

    def refuse(*_: object) -> str:
        raise ReportRefused("no")

    monkeypatch.setattr(canary.reports, "publish", refuse)
    assert canary.promote()["outcome"] == "succeeded"
    assert (canary.announcer.news[-1].report, canary.release.report) == ("", "")


def test_a_promotion_may_be_repeated() -> None:
    canary = promoted()
    canary.promote()
    before = canary.ledger.read_endpoint("churn")
    canary.promote()
    assert canary.ledger.read_endpoint("churn") == before


def test_an_alarm_in_the_last_moment_prevents_the_promotion() -> None:
    canary = promoted()
    canary.guards.ringing["canary-alarm"] = "12 % errors"
    with pytest.raises(CanaryFailed, match="12 % errors"):
        canary.promote()
    assert canary.release.outcome == "running"
    assert canary.ledger.read_endpoint("churn").lease is not None


def test_a_sentence_in_the_last_moment_prevents_the_promotion() -> None:
    canary = promoted()
    canary.ledger.condemn("churn", NEW.release, ABORTED)
    with pytest.raises(ReleaseAborted):
        canary.promote()
