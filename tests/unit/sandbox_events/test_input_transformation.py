import json

import pytest

from sandbox.events.bus.transform import InvalidPath, check_path, fill, payload, select

EVENT = {
    "source": "aws.ec2",
    "time": "2026-01-05T09:00:00Z",
    "resources": ["arn:a", "arn:b"],
    "detail": {"id": "i-1", "state": "running", "sizes": [1, 2], "tags": {"env": "prod"}},
}
RULE = {"name": "r", "arn": "arn:rule"}


def transformed(template, **paths):
    transformer = {"InputPathsMap": paths, "InputTemplate": template}
    return payload({"InputTransformer": transformer}, EVENT, RULE)


def test_without_settings_the_event_itself_is_sent():
    assert json.loads(payload({}, EVENT, RULE)) == EVENT


def test_a_constant_replaces_the_event():
    assert payload({"Input": '{"a": 1}'}, EVENT, RULE) == '{"a": 1}'


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("$.detail.tags", {"env": "prod"}),
        ("$.resources[1]", "arn:b"),
        ("$.detail.sizes[*]", [1, 2]),
        ("$.detail.nothing", None),
        ("$", EVENT),
    ],
)
def test_a_path_selects_a_part(path, expected):
    assert json.loads(payload({"InputPath": path}, EVENT, RULE)) == expected
    assert select(path, EVENT) == expected


def test_variables_outside_strings_become_json():
    made = transformed(
        '{"id": <id>, "sizes": <sizes>, "tags": <tags>}',
        id="$.detail.id",
        sizes="$.detail.sizes",
        tags="$.detail.tags",
    )
    assert json.loads(made) == {"id": "i-1", "sizes": [1, 2], "tags": {"env": "prod"}}


def test_variables_inside_strings_become_text():
    made = transformed('{"say": "<id> is <state>"}', id="$.detail.id", state="$.detail.state")
    assert json.loads(made) == {"say": "i-1 is running"}


def test_a_template_may_be_a_sentence():
    assert transformed('"instance <id> changed"', id="$.detail.id") == '"instance i-1 changed"'


def test_reserved_variables():
    made = json.loads(
        transformed(
            '{"rule": <aws.events.rule-arn>, "name": "<aws.events.rule-name>", '
            '"at": <aws.events.event.ingestion-time>, "all": <aws.events.event.json>, '
            '"head": <aws.events.event>}'
        )
    )
    assert (made["rule"], made["name"], made["at"]) == ("arn:rule", "r", EVENT["time"])
    assert made["all"] == EVENT
    assert made["head"] == {key: value for key, value in EVENT.items() if key != "detail"}


def test_a_variable_that_is_not_there_is_empty():
    assert transformed('{"a": <x>, "b": "<x>!"}', x="$.detail.none") == '{"a": "", "b": "!"}'


def test_escaped_quotes_do_not_end_a_string():
    assert fill(r'{"a": "say \"<x>\""}', {"x": "hi"}) == r'{"a": "say \"hi\""}'


@pytest.mark.parametrize("path", ["detail", "$detail", "$['detail']", "$..id", "$.a[?(@.b)]"])
def test_other_paths_are_refused(path):
    with pytest.raises(InvalidPath):
        check_path(path)
