from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from sandbox.events.metrics import MetricId
from sandbox.gateway import Principal

if TYPE_CHECKING:
    from sandbox.account import Account
    from tests.unit.sandbox_functions.conftest import Create, Logged, Zipped

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def call(account: Account, event: Any = None, name: str = "f", **given: Any) -> dict[str, Any]:
    payload = json.dumps(event).encode()
    answer = account.client("lambda").invoke(FunctionName=name, Payload=payload, **given)
    return dict(answer) | {"Payload": answer["Payload"].read()}


def code_of(caught: pytest.ExceptionInfo[ClientError]) -> str:
    return str(caught.value.response["Error"]["Code"])


def test_invoke_answers_like_lambda(account: Account, create: Create) -> None:
    create("def handler(e, c):\n    print('hello')\n    return {'sum': sum(e)}")
    answer = call(account, [1, 2], LogType="Tail")
    assert answer["StatusCode"] == 200
    assert json.loads(answer["Payload"]) == {"sum": 3}
    assert answer["ExecutedVersion"] == "$LATEST"
    assert "FunctionError" not in answer
    log = base64.b64decode(answer["LogResult"]).decode()
    assert "hello\n" in log
    assert log.rstrip().splitlines()[-1].startswith("REPORT RequestId: ")


def test_a_failure_is_an_answer_with_an_error(account: Account, create: Create) -> None:
    create("def handler(e, c): raise ValueError('no')")
    answer = call(account)
    assert (answer["StatusCode"], answer["FunctionError"]) == (200, "Unhandled")
    assert json.loads(answer["Payload"])["errorType"] == "ValueError"


def test_any_client_can_invoke_over_http(account: Account, create: Create) -> None:
    create("def handler(e, c): return e")
    client = boto3.client(
        "lambda",
        endpoint_url=account.url,
        region_name=account.region,
        aws_access_key_id="a",
        aws_secret_access_key="b",
        config=Config(retries={"total_max_attempts": 1}),
    )
    answer = client.invoke(FunctionName="f", Payload=b'"x"')
    assert answer["Payload"].read() == b'"x"'
    assert client.invoke(FunctionName="f", InvocationType="Event")["Payload"].read() == b""
    assert client.invoke(FunctionName="f", InvocationType="DryRun")["Payload"].read() == b""
    assert len(account.functions.history) == 1


def test_the_kinds_of_invocation_have_their_own_status(account: Account, create: Create) -> None:
    create("def handler(e, c): return e")
    invoke = account.functions.invoke
    assert invoke("f").status == 200
    assert invoke("f", kind="Event").status == 202
    assert invoke("f", kind="DryRun").status == 204


def test_a_function_calls_back_as_its_role(account: Account, create: Create) -> None:
    source = (
        "import os, urllib.request\n"
        "def handler(e, c):\n"
        "    return [os.environ['AWS_ACCESS_KEY_ID'], os.environ['AWS_ENDPOINT_URL']]"
    )
    create(source)
    key, url = json.loads(call(account)["Payload"])
    assert url == account.url
    role = f"arn:aws:iam::{account.account_id}:role/r"
    assert account.gateway.principals[key] == Principal(role, "f")


def test_it_sees_sandbox_time_which_stands_still_until_it_is_charged(
    account: Account, create: Create
) -> None:
    create("import time\ndef handler(e, c): return time.time()")
    cold = json.loads(call(account)["Payload"])
    assert START.timestamp() <= cold < START.timestamp() + 5
    assert account.kernel.timestamp() == pytest.approx(START.timestamp() + 0.5)
    call(account)
    assert account.kernel.timestamp() == pytest.approx(START.timestamp() + 0.7)


def test_one_process_serves_again_and_cold_starts_are_kept(
    account: Account, create: Create
) -> None:
    create("n = 0\ndef handler(e, c):\n    global n\n    n += 1\n    return n")
    assert [call(account)["Payload"] for _ in range(3)] == [b"1", b"2", b"3"]
    [(name, milliseconds)] = account.functions.cold_starts
    assert name == "f"
    assert 5 < milliseconds < 5000
    assert [each.init_ms is None for each in account.functions.history] == [False, True, True]


def test_new_settings_or_code_replace_the_process(
    account: Account, create: Create, zipped: Zipped
) -> None:
    create("import os\ndef handler(e, c): return os.environ.get('VALUE', 'none')")
    client = account.client("lambda")
    assert call(account)["Payload"] == b'"none"'
    client.update_function_configuration(
        FunctionName="f", Environment={"Variables": {"VALUE": "1"}}
    )
    assert call(account)["Payload"] == b'"1"'
    new = zipped({"app.py": "def handler(e, c): return 'new'"})
    client.update_function_code(FunctionName="f", ZipFile=new)
    assert call(account)["Payload"] == b'"new"'


def test_a_deleted_function_leaves_no_process(account: Account, create: Create) -> None:
    source = "n = 0\ndef handler(e, c):\n    global n\n    n += 1\n    return n"
    create(source)
    call(account)
    account.client("lambda").delete_function(FunctionName="f")
    create(source)
    assert call(account)["Payload"] == b"1"


def test_layers_lie_over_one_another(account: Account, create: Create, zipped: Zipped) -> None:
    client = account.client("lambda")
    layers = [
        client.publish_layer_version(LayerName=name, Content={"ZipFile": zipped(files)})[
            "LayerVersionArn"
        ]
        for name, files in (
            ("a", {"python/one.py": "x = 'a'", "python/two.py": "x = 'a'"}),
            ("b", {"python/two.py": "x = 'b'"}),
        )
    ]
    create("import one, two\ndef handler(e, c): return one.x + two.x", Layers=layers)
    assert call(account)["Payload"] == b'"ab"'


def test_the_log_has_lambdas_lines_and_the_functions(
    account: Account, create: Create, logged: Logged
) -> None:
    create("print('importing')\ndef handler(e, c): print('working')")
    call(account)
    kinds = [message.split()[0] for message in logged()]
    assert kinds == ["INIT_START", "importing", "START", "working", "END", "REPORT"]
    report = logged()[-1]
    assert "Duration: 200.00 ms\tBilled Duration: 500 ms\tMemory Size: 256 MB" in report
    assert "Init Duration: 300.00 ms" in report


def test_the_log_is_written_as_the_functions_role(
    account: Account, create: Create, logged: Logged
) -> None:
    create("def handler(e, c): return 1", LoggingConfig={"LogGroup": "/own"})
    call(account)
    assert logged("/own")
    writers = {r.principal.session for r in account.gateway.records if r.service == "logs"}
    assert "f" in writers


def test_the_log_of_a_role_without_rights_is_lost(account: Account, create: Create) -> None:
    create("def handler(e, c): return 1", Role=f"arn:aws:iam::{account.account_id}:role/powerless")
    assert call(account)["Payload"] == b"1"
    assert account.functions.runner.logs.lost == [("f", "AccessDeniedException")]


def test_json_logging_has_lambdas_lines_as_json(
    account: Account, create: Create, logged: Logged
) -> None:
    create(
        "import logging\ndef handler(e, c): logging.getLogger().info('told')",
        LoggingConfig={"LogFormat": "JSON", "ApplicationLogLevel": "INFO"},
    )
    call(account)
    events = [json.loads(message) for message in logged()]
    assert [each.get("type") for each in events] == [
        "platform.initStart",
        "platform.start",
        None,
        "platform.report",
    ]
    assert events[2]["message"] == "told"
    assert events[3]["record"]["metrics"]["billedDurationMs"] == 500


def test_embedded_metrics_become_metrics(account: Account, create: Create) -> None:
    meta = {
        "Timestamp": int(START.timestamp() * 1000),
        "CloudWatchMetrics": [
            {"Namespace": "N", "Dimensions": [["D"]], "Metrics": [{"Name": "m", "Unit": "Count"}]}
        ],
    }
    line = json.dumps({"_aws": meta, "D": "d", "m": 7})
    create(f"def handler(e, c): print('''{line}''')")
    call(account)
    found = account.metrics.samples(
        MetricId.of("N", "m", {"D": "d"}), START.timestamp() - 60, START.timestamp() + 600
    )
    assert found is not None
    assert found.statistic("Sum") == 7


def test_reserved_concurrency_throttles(account: Account, create: Create) -> None:
    create("def handler(e, c): return 1")
    client = account.client("lambda")
    client.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=0)
    with pytest.raises(ClientError) as caught:
        call(account)
    assert code_of(caught) == "TooManyRequestsException"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 429


def test_two_at_once_have_two_processes(account: Account, create: Create) -> None:
    create("import os\ndef handler(e, c): return os.getpid()")
    answers: list[bytes] = []
    for _ in range(2):
        account.kernel.spawn(lambda: answers.append(call(account)["Payload"]), name="caller")
    account.kernel.advance(5)
    assert len(set(answers)) == 2
    assert call(account)["Payload"] in answers


@pytest.mark.parametrize(
    ("payload", "kind", "code"),
    [
        (b"{", "RequestResponse", "InvalidRequestContentException"),
        (b'"' + b"x" * 6_291_456 + b'"', "RequestResponse", "RequestTooLargeException"),
        (b'"' + b"x" * 1_048_576 + b'"', "Event", "RequestTooLargeException"),
    ],
)
def test_bad_payloads_are_refused(
    account: Account, payload: bytes, kind: str, code: str, create: Create
) -> None:
    create("def handler(e, c): return 1")
    with pytest.raises(ClientError) as caught:
        account.client("lambda").invoke(FunctionName="f", Payload=payload, InvocationType=kind)
    assert code_of(caught) == code


def test_an_unknown_function_is_refused(account: Account) -> None:
    with pytest.raises(ClientError) as caught:
        call(account, name="nobody")
    assert code_of(caught) == "ResourceNotFoundException"


def test_a_timeout_is_charged_in_full_and_the_next_start_is_cold(
    account: Account, create: Create, logged: Logged
) -> None:
    source = "import time\ndef handler(e, c):\n    if e: time.sleep(60)\n    return 'quick'"
    create(source, Timeout=1)
    call(account)
    before = account.kernel.timestamp()
    answer = call(account, True)
    assert json.loads(answer["Payload"])["errorType"] == "Sandbox.Timedout"
    assert account.kernel.timestamp() - before == pytest.approx(1.0)
    assert any("Task timed out after 1.00 seconds" in each for each in logged())
    assert call(account)["Payload"] == b'"quick"'
    assert len(account.functions.cold_starts) == 2


def test_sleeping_passes_in_sandbox_time_and_not_for_real(account: Account, create: Create) -> None:
    source = """
import random, time

def handler(e, c):
    began = time.time()
    time.sleep(4 + random.random() / 10)
    return time.time() - began
"""
    create(source)
    before = account.kernel.timestamp()
    seen = json.loads(call(account)["Payload"])
    took = account.kernel.timestamp() - before
    assert 4 <= seen < 4.5
    assert 4.2 <= took < 5
    [invocation] = account.functions.history
    assert invocation.duration_ms < 2000


@pytest.mark.parametrize("account", ["wall"], indirect=True)
def test_wall_timing_charges_what_it_takes(account: Account, create: Create) -> None:
    create("import time\ndef handler(e, c): time.sleep(0.2)")
    began = account.kernel.timestamp()
    call(account)
    took = account.kernel.timestamp() - began
    [invocation] = account.functions.history
    assert invocation.bill.duration_ms == pytest.approx(invocation.duration_ms)
    assert invocation.duration_ms >= 200
    assert 0.2 < took < 5


@pytest.mark.parametrize(
    "settings",
    [
        {"ImageConfig": {"Command": ["app.handler"]}},
        {"SnapStart": {"ApplyOn": "PublishedVersions"}},
        {"Runtime": "nodejs22.x"},
    ],
)
def test_what_the_sandbox_cannot_do_is_refused(
    account: Account, settings: Any, create: Create
) -> None:
    with pytest.raises(ClientError, match="Unsupported.*The sandbox"):
        create("def handler(e, c): return 1", **settings)


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"Timeout": 901}, "ValidationException"),
        ({"Environment": {"Variables": {"AWS_REGION": "x"}}}, "InvalidParameterValueException"),
        ({"Environment": {"Variables": {"A": "x" * 5000}}}, "InvalidParameterValueException"),
        ({"Code": {"ZipFile": b"no zip"}}, "InvalidParameterValueException"),
        ({"Role": "arn:aws:iam::123456789012:role/no"}, "InvalidParameterValueException"),
    ],
)
def test_what_lambda_refuses_is_refused(
    account: Account, settings: Any, code: str, create: Create
) -> None:
    with pytest.raises(ClientError) as caught:
        create("def handler(e, c): return 1", **settings)
    assert code_of(caught) == code


def test_a_second_function_of_the_name_is_refused(account: Account, create: Create) -> None:
    create("def handler(e, c): return 1")
    with pytest.raises(ClientError) as caught:
        create("def handler(e, c): return 2")
    assert code_of(caught) == "ResourceConflictException"


def test_every_setting_can_be_read_back(account: Account, create: Create) -> None:
    settings: dict[str, Any] = {
        "DeadLetterConfig": {"TargetArn": "arn:aws:sqs:us-east-1:123456789012:q"},
        "LoggingConfig": {"LogFormat": "JSON", "LogGroup": "/g"},
        "TracingConfig": {"Mode": "Active"},
        "EphemeralStorage": {"Size": 1024},
        "KMSKeyArn": "arn:aws:kms:us-east-1:123456789012:key/k",
    }
    create("def handler(e, c): return 1", **settings)
    found = account.client("lambda").get_function_configuration(FunctionName="f")
    assert {name: found[name] for name in settings} == settings
