"""Injected trouble, canary variants, and changes of weights and counts."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox.hosting.troubles import Trouble, Troubles


def change(aws: Any, *wanted: dict[str, Any]) -> None:
    aws.sagemaker.update_endpoint_weights_and_capacities(
        EndpointName="churn", DesiredWeightsAndCapacities=list(wanted)
    )


def refusal(action: Any) -> str:
    with pytest.raises(ClientError) as caught:
        action()
    return str(caught.value.response["Error"]["Message"])


def with_canary(aws: Any, variant: Any) -> None:
    aws.model("old", answer="old")
    aws.model("new", answer="new")
    aws.serve(variant("live", "old", InitialVariantWeight=100))
    change(aws, {"VariantName": "live", "DesiredInstanceCount": 4})
    aws.reach("InService")
    aws.config(
        "canary",
        variant("live", "old", InitialVariantWeight=100),
        variant("canary", "new", InitialVariantWeight=0, InitialInstanceCount=1),
    )
    aws.sagemaker.update_endpoint(
        EndpointName="churn", EndpointConfigName="canary", RetainAllVariantProperties=True
    )


def test_a_canary_at_weight_0_is_reached_by_name_only(aws: Any, variant: Any) -> None:
    with_canary(aws, variant)
    aws.reach("InService")
    counts = [
        (each["VariantName"], each["CurrentInstanceCount"], each["CurrentWeight"])
        for each in aws.describe()["ProductionVariants"]
    ]
    assert counts == [("live", 4, 100.0), ("canary", 1, 0.0)]
    assert {aws.invoke()["Body"].read() for _ in range(50)} == {b"old"}
    assert aws.invoke(TargetVariant="canary")["Body"].read() == b"new"


def test_removing_a_variant_replaces_the_instances_of_all(
    aws: Any, variant: Any, running: set[str]
) -> None:
    with_canary(aws, variant)
    aws.reach("InService")
    before = set(running)
    aws.config("alone", variant("canary", "new"))
    aws.sagemaker.update_endpoint(
        EndpointName="churn", EndpointConfigName="alone", RetainAllVariantProperties=True
    )
    aws.reach("InService")
    assert not running & before
    assert aws.describe()["ProductionVariants"][0]["CurrentInstanceCount"] == 1
    # Its weight of 0 is retained, and a lone variant without weight takes no request.
    assert "not found" in refusal(aws.invoke)


def test_the_next_update_fails_and_goes_back_without_a_word(aws: Any, variant: Any) -> None:
    aws.account.hosting.lifecycle.troubles.add(Trouble())
    aws.account.hosting.lifecycle.troubles.clear()
    with_canary(aws, variant)
    aws.reach("InService")
    aws.account.hosting.lifecycle.troubles.add(Trouble("churn", reason="No luck.", seconds=500))
    aws.sagemaker.update_endpoint(EndpointName="churn", EndpointConfigName="first")
    assert aws.reach("RollingBack") > 600
    aws.reach("InService")
    assert (aws.describe()["EndpointConfigName"], aws.describe()["FailureReason"]) == (
        "canary",
        "No luck.",
    )
    aws.sagemaker.update_endpoint(EndpointName="churn", EndpointConfigName="first")
    aws.reach("InService")
    assert aws.describe()["EndpointConfigName"] == "first"


def test_a_change_of_weights_can_fail_too(aws: Any, variant: Any) -> None:
    with_canary(aws, variant)
    aws.reach("InService")
    aws.account.hosting.lifecycle.troubles.add(Trouble(reason="No luck."))
    change(aws, {"VariantName": "canary", "DesiredWeight": 5.0})
    aws.reach("RollingBack")
    aws.reach("InService")
    assert [each["CurrentWeight"] for each in aws.describe()["ProductionVariants"]] == [100.0, 0.0]


def test_going_back_can_fail_for_good(aws: Any, variant: Any) -> None:
    with_canary(aws, variant)
    aws.reach("InService")
    aws.account.hosting.lifecycle.troubles.add(Trouble(reason="Worse.", for_good=True))
    aws.sagemaker.update_endpoint(EndpointName="churn", EndpointConfigName="first")
    aws.reach("UpdateRollbackFailed")
    assert aws.invoke()["Body"].read() == b"old"
    update = {"EndpointName": "churn", "EndpointConfigName": "first"}
    assert "UpdateRollbackFailed" in refusal(lambda: aws.sagemaker.update_endpoint(**update))
    assert aws.account.emitted[-1]["EndpointStatus"] == "UPDATE_ROLLBACK_FAILED"


def test_weights_change_together_quickly(aws: Any, variant: Any) -> None:
    with_canary(aws, variant)
    aws.reach("InService")
    aws.account.hosting.durations.switches = (3, 3)
    change(
        aws,
        {"VariantName": "live", "DesiredWeight": 95.0},
        {"VariantName": "canary", "DesiredWeight": 5.0},
    )
    assert "in-progress" in refusal(
        lambda: change(aws, {"VariantName": "live", "DesiredWeight": 1.0})
    )
    assert aws.reach("InService") == pytest.approx(3)


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ([{"VariantName": "live", "DesiredInstanceCount": 2, "DesiredWeight": 1.0}], "weights and"),
        (
            [
                {"VariantName": "live", "DesiredInstanceCount": 2},
                {"VariantName": "canary", "DesiredWeight": 1.0},
            ],
            "weights and an instance count",
        ),
        ([{"VariantName": "live"}], "Neither"),
        ([{"VariantName": "live", "DesiredWeight": 0.0}], "above 0"),
        ([{"VariantName": "nobody", "DesiredWeight": 1.0}], "not found"),
    ],
)
def test_one_kind_of_change_per_request(
    aws: Any, variant: Any, wanted: list[dict[str, Any]], words: str
) -> None:
    with_canary(aws, variant)
    aws.reach("InService")
    assert words in refusal(lambda: change(aws, *wanted))
    assert aws.status() == "InService"


def test_a_change_of_counts_is_told_as_a_deployment(aws: Any, variant: Any) -> None:
    with_canary(aws, variant)
    aws.reach("InService")
    change(aws, {"VariantName": "canary", "DesiredInstanceCount": 3})
    told = [each for each in aws.account.emitted if "VariantStatus" in str(each)][-1]
    canary = told["ProductionVariants"][1]
    assert canary["VariantStatus"][0]["StatusMessage"] == "Scaling out desired instance count to 3."


def test_a_trouble_lets_the_first_changes_pass() -> None:
    troubles = Troubles()
    troubles.seen = []
    troubles.add(Trouble("churn", "No luck.", skip=1))
    changed = ["churn", "other", "churn", "churn"]
    assert [troubles.take(name).reason for name in changed] == [None, None, "No luck.", None]
    assert (troubles.met, troubles.seen) == (1, changed)
