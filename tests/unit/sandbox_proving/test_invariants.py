"""What the invariants see, each on an account that holds but for one thing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sandbox.proving.account import Holdings
from sandbox.proving.invariants import findings
from sandbox.proving.ledger import Book

LIVE = {"config": "churn-1", "model": "churn-1", "variant": "1-abc"}


def book() -> Book:
    release = {
        "pk": "release#churn",
        "sk": "1-abc",
        "outcome": "succeeded",
        "reason": "It serves.",
        "started": "1",
        "ended": "2",
        "made": {"config": "churn-1", "model": "churn-1"},
        "inspection": {"accepted": "s3://b/accepted/0a/model.tar.gz"},
    }
    return Book(
        endpoints={"churn": {"sk": "churn", "live": LIVE}},
        releases=[release],
        drops=[{"pk": "drop#b/k", "sk": "v", "outcome": "succeeded"}],
    )


def there() -> Holdings:
    variant = {"VariantName": "1-abc", "CurrentWeight": 1.0}
    described = {
        "EndpointStatus": "InService",
        "EndpointConfigName": "churn-1",
        "ProductionVariants": [variant],
    }
    return Holdings(
        endpoints={"churn": described},
        configs=["churn-1"],
        models=["churn-1"],
        alarms=["slipway-churn/1-abc/errors", "TargetTracking-endpoint/churn/variant/1-abc-high"],
        targets=["endpoint/churn/variant/1-abc"],
        dashboards=["slipway-churn_us-east-1"],
        schedules=["slipway-self-check"],
        accepted=["accepted/0a/model.tar.gz"],
        running=[],
    )


def found(book: Book, there: Holdings) -> list[tuple[str, str]]:
    return [(each.kind, each.text) for each in findings(book, there)]


def test_nothing_is_found_where_everything_holds() -> None:
    assert found(book(), there()) == []


def test_nothing_is_found_in_an_empty_account() -> None:
    empty = Holdings({}, [], [], [], [], [], [], [], [])
    assert found(Book(), empty) == []


@pytest.mark.parametrize(
    ("part", "more", "words"),
    [
        ("configs", "churn-2", "config churn-2"),
        ("models", "churn-2", "model churn-2"),
        ("alarms", "slipway-churn/2-def/errors", "alarm slipway-churn/2-def/errors"),
        ("alarms", "TargetTracking-endpoint/churn/variant/2-def-low", "alarm TargetTracking"),
        ("targets", "endpoint/churn/variant/2-def", "scalable target"),
        ("dashboards", "slipway-other_us-east-1", "dashboard slipway-other"),
        ("schedules", "slipway-churn.judge", "schedule slipway-churn.judge"),
        ("schedules", "slipway-churn.settle", "schedule slipway-churn.settle"),
        ("accepted", "accepted/ff/model.tar.gz", "artifact accepted/ff"),
    ],
)
def test_what_nothing_refers_to_is_an_orphan(part: str, more: str, words: str) -> None:
    account = there()
    account = replace(account, **{part: [*getattr(account, part), more]})
    ((kind, text),) = found(book(), account)
    assert kind == "orphan"
    assert text.startswith(words)


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("configs", "the config churn-1 of churn is gone"),
        ("models", "the model churn-1 of churn is gone"),
        ("alarms", "has no alarms"),
        ("targets", "does not scale"),
        ("dashboards", "has no dashboard"),
    ],
)
def test_what_a_live_release_needs_must_be_there(part: str, words: str) -> None:
    ((kind, text),) = found(book(), replace(there(), **{part: []}))
    assert kind == "broken"
    assert words in text


def test_what_a_failed_release_made_must_be_gone_although_the_ledger_names_it() -> None:
    failed = book()
    made = {"config": "churn-2"}
    failed.releases.append(
        {**failed.releases[0], "sk": "2-def", "outcome": "failed", "made": made, "inspection": {}}
    )
    account = there()
    account = replace(account, configs=[*account.configs, "churn-2"])
    assert found(failed, account) == [("orphan", "config churn-2")]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"EndpointStatus": "Failed"}, "is Failed"),
        ({"EndpointConfigName": "churn-9"}, "serves churn-9, the ledger says churn-1"),
        ({"ProductionVariants": [{"VariantName": "1-abc", "CurrentWeight": 0.0}]}, "weight 0.0"),
        ({"ProductionVariants": [{"VariantName": "2", "CurrentWeight": 5.0}]}, "live is 1-abc"),
    ],
)
def test_what_is_live_must_serve_and_nothing_else(change: dict[str, Any], words: str) -> None:
    account = there()
    account.endpoints["churn"].update(change)
    ((kind, text),) = found(book(), account)
    assert kind == "broken"
    assert words in text


def test_an_endpoint_that_is_gone_is_missed() -> None:
    assert ("broken", "endpoint churn is gone, though churn-1 is live") in found(
        book(), replace(there(), endpoints={})
    )


def test_settling_keeps_the_previous_variant_and_its_configuration() -> None:
    settling, account = book(), there()
    previous = {"config": "churn-0", "model": "churn-0", "variant": "0-zzz"}
    settling.endpoints["churn"]["settling"] = {"previous": previous, "config": "churn-both"}
    account.endpoints["churn"]["EndpointConfigName"] = "churn-both"
    account = replace(
        account,
        configs=[*account.configs, "churn-0", "churn-both"],
        models=[*account.models, "churn-0"],
        alarms=[*account.alarms, "slipway-churn/0-zzz/errors"],
        targets=[*account.targets, "endpoint/churn/variant/0-zzz"],
        schedules=[*account.schedules, "slipway-churn.settle"],
    )
    assert found(settling, account) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda book: book.endpoints["churn"].update(lease={"owner": "x"}), "lease"),
        (lambda book: book.endpoints["churn"].update(parked={"drop": "x"}), "parked"),
        (lambda book: book.releases[0].update(outcome="running"), "running, which is no outcome"),
        (lambda book: book.releases[0].update(reason=""), "without a reason"),
        (lambda book: book.releases[0].update(bake={"token": "x"}), "still has its bake"),
        (lambda book: book.drops[0].pop("outcome"), "no terminal record"),
        (lambda book: book.tokens.append({"pk": "token#churn", "release": "1"}), "task token"),
    ],
)
def test_nothing_may_be_unfinished(change: Any, words: str) -> None:
    unfinished = book()
    change(unfinished)
    texts = [text for _, text in found(unfinished, there())]
    assert any(words in text for text in texts)


def test_executions_must_have_ended() -> None:
    assert ("broken", "arn still runs") in found(book(), replace(there(), running=["arn"]))
