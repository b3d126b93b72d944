from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.workflows.lint import check, substitutions
from sandbox_workflows.conftest import invoke

END = {"Type": "Succeed"}
RETRY = {"ErrorEquals": ["Lambda.ServiceException"]}


def machine(**states: dict[str, Any]) -> dict[str, Any]:
    return {"QueryLanguage": "JSONata", "StartAt": next(iter(states)), "States": states}


def sdk(action: str, arguments: Any, **fields: Any) -> dict[str, Any]:
    resource = f"arn:aws:states:::aws-sdk:{action}"
    task = {"Type": "Task", "Resource": resource, "Arguments": arguments, "TimeoutSeconds": 5}
    return task | ({} if "Next" in fields else {"End": True}) | fields


def spread(**fields: Any) -> dict[str, Any]:
    config = {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}
    processor = {"ProcessorConfig": config, "StartAt": "Child", "States": {"Child": END}}
    return {"Type": "Map", "ItemProcessor": processor, "End": True} | fields


def problems(definition: dict[str, Any], **options: Any) -> str:
    return "\n".join(str(problem) for problem in check(json.dumps(definition), **options))


GOOD = machine(
    Set={"Type": "Pass", "Assign": {"n": 1}, "Next": "Call"},
    Call=invoke(
        "f",
        {"n": "{% $n %}", "all": "{% $map([1,2], function($v){ $v + $n }) %}"},
        Retry=[RETRY, {"ErrorEquals": ["States.ALL"], "JitterStrategy": "FULL"}],
        Catch=[{"ErrorEquals": ["Mine"], "Output": "{% $states.errorOutput %}", "Next": "End"}],
        Output="{% $states.result.Payload %}",
        Next="End",
    ),
    End=END,
)


def test_a_good_definition_has_no_problems() -> None:
    assert problems(GOOD) == ""


PASS = {"Type": "Pass", "End": True}
CATCH_ALL = {"ErrorEquals": ["States.ALL"], "Next": "End"}
TOKEN = "{% $states.context.Task.Token %}"
WAITING = {"Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken"}
DESCRIBE = {"EndpointName": "e"}
BAD: list[tuple[dict[str, Any], str]] = [
    ({"StartAt": "A", "States": {"A": END}}, "QueryLanguage must be JSONata"),
    (machine(A=PASS | {"ResultPath": "$.x"}), "A: The field 'ResultPath' does not belong"),
    (machine(A={"Type": "Pass", "Next": "B"}), "no state 'B'"),
    (machine(A={"Type": "Pass"}), "either Next or End"),
    (machine(A=PASS, B=END), "B: Nothing leads to this state"),
    (machine(A={"Type": "Task"}), "The sandbox has no Resource ''"),
    (machine(A=PASS | {"Output": "{% ( %}"}), "not valid JSONata"),
    (machine(A=PASS | {"Output": "so {% 1 %}"}), "must be the whole text"),
    (machine(A=PASS | {"Output": "{% $m %}"}), "Nothing assigns the variable $m"),
    (machine(A=PASS | {"Output": "{% $eval('1') %}"}), "$eval does not exist"),
    (machine(A=PASS | {"Output": "{% $states.result %}"}), "$states.result exists only"),
    (machine(A=PASS | {"Output": "{% $states.errorOutput %}"}), "only in Catch"),
    (machine(A=PASS | {"Output": "{% $states.inputs %}"}), "no $states.inputs"),
    (machine(A=PASS | {"Output": "{% $states.context.Execution.Arn %}"}), "no $states.context.Exe"),
    (machine(A=PASS | {"Output": TOKEN}), "only in Arguments of a .waitForTaskToken"),
    (machine(A=PASS | {"Output": "{% $states.context.Map.Item %}"}), "only in ItemSelector"),
    (machine(A=PASS | {"Assign": {"states": 1}}), "'states' is no name"),
    (machine(A=invoke("f", **WAITING)), "nobody can answer"),
    (machine(A={**invoke("f"), "TimeoutSeconds": 0}), "from 1 to"),
    (machine(A=invoke("f", HeartbeatSeconds=60)), "below TimeoutSeconds"),
    (machine(A=sdk("sagemaker:describeEndpoint", {})), "EndpointName is missing"),
    (machine(A=sdk("sagemaker:describeEndpoint", DESCRIBE | {"X": 1})), "no field 'X'"),
    (machine(A=sdk("sagemaker:DescribeEndpoint", DESCRIBE)), "no action 'DescribeEndpoint'"),
    (machine(A=sdk("sagemaker:describeEndpoint.sync", DESCRIBE)), "cannot be used with .sync"),
    (machine(A=sdk("glue:startJobRun", {})), "aws-sdk:glue"),
    (
        machine(A=sdk("dynamodb:putItem", {"TableName": "t", "Item": {"pk": {"s": "x"}}})),
        "A/Arguments/Item/pk: There is no field 's'",
    ),
    (
        machine(A=invoke("f", Next="End", Catch=[CATCH_ALL, RETRY | {"Next": "End"}]), End=END),
        "States.ALL must be in the last rule",
    ),
    (machine(A=invoke("f", Retry=[{"ErrorEquals": ["States.ALL", "B"]}])), "stand alone"),
    (
        machine(
            A=invoke("f", Next="E", Catch=[{"ErrorEquals": ["States.TaskFailed"], "Next": "E"}]),
            E=END,
        ),
        "does not match States.Timeout",
    ),
    (machine(A=invoke("f", Retry=[{"ErrorEquals": ["States.Nope"]}])), "'States.Nope'"),
    (machine(A=invoke("f", Retry=[{"ErrorEquals": ["Lambda.Nope"]}])), "'Lambda.Nope'"),
    (machine(A=invoke("f", Retry=[{"ErrorEquals": ["States.Runtime"]}])), "'States.Runtime'"),
    (
        machine(
            A=sdk(
                "sagemaker:describeEndpoint",
                DESCRIBE,
                Retry=[{"ErrorEquals": ["SageMaker.ThrottlingException"]}],
            )
        ),
        "Nothing here can fail with 'SageMaker.ThrottlingException'",
    ),
    (machine(A=invoke("f", Retry=[RETRY, RETRY])), "never reached"),
    (machine(A=invoke("f", Retry=[RETRY | {"MaxAttempts": -1}])), "MaxAttempts"),
    (machine(A=invoke("f", Retry=[RETRY | {"BackoffRate": 0.5}])), "BackoffRate"),
    (machine(A={"Type": "Choice", "Choices": []}), "needs a Default"),
    (machine(A={"Type": "Wait", "End": True}), "one of Seconds and Timestamp"),
    (machine(A=spread(ToleratedFailureCount=1)), "needs a ResultWriter"),
    (machine(A=spread(ItemReader={"Resource": "x"})), "Resource must be one of"),
    (machine(A=spread(ItemBatcher={})), "MaxItemsPerBatch"),
    (machine(A={"Type": "Dance", "End": True}), "none of Task"),
    (machine(**{"A" * 81: END}), "longer than 80"),
]


@pytest.mark.parametrize(("definition", "message"), BAD, ids=[message for _, message in BAD])
def test_what_aws_would_not_do_is_refused(definition: dict[str, Any], message: str) -> None:
    assert message in problems(definition)


def test_names_are_unique_in_the_whole_machine() -> None:
    inner = {"StartAt": "A", "States": {"A": END}}
    parallel = {"Type": "Parallel", "Branches": [inner], "End": True}
    assert "Two states have this name" in problems(machine(A=parallel))


def test_children_of_a_distributed_map_see_no_outer_variables() -> None:
    definition = machine(Set={"Type": "Pass", "Assign": {"n": 1}, "Next": "Each"}, Each=spread())
    child = {"Type": "Succeed", "Output": "{% $n %}"}
    definition["States"]["Each"]["ItemProcessor"]["States"]["Child"] = child
    assert "Nothing assigns the variable $n" in problems(definition)


def test_error_classes_can_be_given() -> None:
    assert problems(GOOD, errors=frozenset({"Mine"})) == ""
    assert "'Mine'" in problems(GOOD, errors=frozenset({"Yours"}))


def test_substitutions_must_be_made_before_a_machine_is_created() -> None:
    text = json.dumps(machine(A=invoke("${FunctionArn}")))
    assert substitutions(text) == {"FunctionArn"}
    assert check(text, template=True) == []
    assert "DefinitionSubstitutions lack FunctionArn" in str(check(text)[0])


def test_what_is_no_json_is_said_to_be_none() -> None:
    assert "no JSON" in str(check("{")[0])
    assert "no JSON object" in str(check("[]")[0])
