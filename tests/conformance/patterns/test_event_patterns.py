"""What EventBridge documents about event patterns, as a table of (pattern, value, matches)."""

import json

import pytest

from sandbox.events.patterns import EventPattern, InvalidEventPattern

MISSING = ...  # Not object(): tests are named after it, and its address differs from run to run.


def event_with(value):
    detail = {"other": "here"} if value is MISSING else {"field": value, "other": "here"}
    return {"source": "shop.orders", "detail-type": "Order", "detail": detail}


def field(*conditions):
    return {"detail": {"field": list(conditions)}}


def matches(pattern, event):
    return EventPattern(json.dumps(pattern)).matches(event)


VALUES = [
    # exact values keep their JSON type
    (["red"], "red", True),
    (["red"], "Red", False),
    (["red", "blue"], "blue", True),
    (["5"], 5, False),
    ([5], "5", False),
    ([5], 5, True),
    ([5], 5.0, True),
    ([5.0], 5, True),
    ([300], 3.0e2, True),
    ([True], True, True),
    ([True], "true", False),
    ([True], 1, False),
    ([1], True, False),
    ([0], False, False),
    ([None], None, True),
    ([None], "", False),
    ([None], MISSING, False),
    ([""], "", True),
    ([""], None, False),
    ([""], MISSING, False),
    # arrays match by intersection
    (["a"], ["a", "b"], True),
    (["c", "b"], ["a", "b"], True),
    (["c"], ["a", "b"], False),
    (["a"], [["a"], ["b"]], True),
    (["a"], [], False),
    # prefix and suffix
    ([{"prefix": "models/"}], "models/churn/1", True),
    ([{"prefix": "models/"}], "Models/churn/1", False),
    ([{"prefix": "models/"}], "x/models/", False),
    ([{"prefix": ""}], "anything", True),
    ([{"prefix": "1"}], 12, False),
    ([{"prefix": {"equals-ignore-case": "EventB"}}], "eventbridge", True),
    ([{"prefix": {"equals-ignore-case": "EventB"}}], "an eventbridge", False),
    ([{"suffix": ".tar.gz"}], "model.tar.gz", True),
    ([{"suffix": ".tar.gz"}], "model.tar.gz.part", False),
    ([{"suffix": {"equals-ignore-case": ".PNG"}}], "cat.pNg", True),
    ([{"suffix": {"equals-ignore-case": ".PNG"}}], "png.cat", False),
    # equals-ignore-case
    ([{"equals-ignore-case": "alice"}], "ALICE", True),
    ([{"equals-ignore-case": "alice"}], "alices", False),
    ([{"equals-ignore-case": ""}], "", True),
    # anything-but: present values only, and null is a value
    ([{"anything-but": "init"}], "running", True),
    ([{"anything-but": "init"}], "init", False),
    ([{"anything-but": "init"}], MISSING, False),
    ([{"anything-but": "init"}], None, True),
    ([{"anything-but": "5"}], 5, True),
    ([{"anything-but": 5}], "5", True),
    ([{"anything-but": 5}], 5.0, False),
    ([{"anything-but": 0}], 1, True),
    ([{"anything-but": ["stopped", "overloaded"]}], "overloaded", False),
    ([{"anything-but": ["stopped", "overloaded"]}], "ok", True),
    ([{"anything-but": [100, 200]}], 200, False),
    ([{"anything-but": [100, 200]}], 300, True),
    ([{"anything-but": "a"}], ["a", "b"], True),
    ([{"anything-but": "a"}], ["a"], False),
    ([{"anything-but": {"prefix": "init"}}], "initial", False),
    ([{"anything-but": {"prefix": "init"}}], "running", True),
    ([{"anything-but": {"prefix": "1"}}], 123, True),
    ([{"anything-but": {"prefix": ["a", "b"]}}], "bc", False),
    ([{"anything-but": {"prefix": ["a", "b"]}}], "cb", True),
    ([{"anything-but": {"suffix": ".txt"}}], "a.txt", False),
    ([{"anything-but": {"suffix": [".txt", ".rtf"]}}], "a.jpg", True),
    ([{"anything-but": {"equals-ignore-case": "Stopped"}}], "STOPPED", False),
    ([{"anything-but": {"equals-ignore-case": ["x", "Y"]}}], "y", False),
    ([{"anything-but": {"equals-ignore-case": ["x", "Y"]}}], "z", True),
    ([{"anything-but": {"wildcard": "*/lib/*"}}], "a/lib/b", False),
    ([{"anything-but": {"wildcard": ["*/lib/*", "*/bin/*"]}}], "a/src/b", True),
    # exists
    ([{"exists": True}], "x", True),
    ([{"exists": True}], None, True),
    ([{"exists": True}], MISSING, False),
    ([{"exists": False}], MISSING, True),
    ([{"exists": False}], "x", False),
    ([{"exists": False}], None, False),
    ([{"exists": False}], {"inner": 1}, True),  # only leaves exist
    ([{"exists": True}], {"inner": 1}, False),
    ([{"exists": False}, "x"], "x", True),
    ([{"exists": False}, "x"], MISSING, True),
    ([{"exists": False}, "x"], "y", False),
    # numeric
    ([{"numeric": ["=", 301.8]}], 301.8, True),
    ([{"numeric": ["=", 5]}], "5", False),
    ([{"numeric": ["<", 10]}], 10, False),
    ([{"numeric": ["<", 10]}], 9.999, True),
    ([{"numeric": ["<=", 10]}], 10, True),
    ([{"numeric": [">", 0, "<=", 5]}], 0, False),
    ([{"numeric": [">", 0, "<=", 5]}], 5, True),
    ([{"numeric": [">=", -5, "<", 5]}], -5, True),
    ([{"numeric": [">", 0]}], True, False),
    ([{"numeric": [">", 0]}], None, False),
    # wildcard: * crosses slashes and may be empty
    ([{"wildcard": "models/*/model.tar.gz"}], "models/a/b/c/model.tar.gz", True),
    ([{"wildcard": "models/*/model.tar.gz"}], "models/model.tar.gz", False),
    ([{"wildcard": "models/*model.tar.gz"}], "models/model.tar.gz", True),
    ([{"wildcard": "*"}], "", True),
    ([{"wildcard": "*"}], 5, False),
    ([{"wildcard": "a*c"}], "a\nc", True),
    ([{"wildcard": r"a\*c"}], "a*c", True),
    ([{"wildcard": r"a\*c"}], "abc", False),
    ([{"wildcard": r"a\\*"}], "a\\bc", True),
    ([{"wildcard": r"a\\*"}], "abc", False),
    ([{"wildcard": r"\**"}], "*x", True),
    ([{"wildcard": "a.c"}], "abc", False),
    # cidr
    ([{"cidr": "10.0.0.0/24"}], "10.0.0.255", True),
    ([{"cidr": "10.0.0.0/24"}], "10.0.1.0", False),
    ([{"cidr": "10.0.0.77/24"}], "10.0.0.1", True),
    ([{"cidr": "10.0.0.0/24"}], "not-an-ip", False),
    ([{"cidr": "10.0.0.0/24"}], 10, False),
    ([{"cidr": "2001:db8::/32"}], "2001:db8:1::1", True),
    ([{"cidr": "2001:db8::/32"}], "2001:db9::1", False),
    ([{"cidr": "2001:db8::/32"}], "10.0.0.1", False),
    # addresses compare as addresses
    (["2001:db8::1"], "2001:0db8:0:0:0:0:0:1", True),
    (["10.0.0.1"], "10.0.0.2", False),
]


@pytest.mark.parametrize(("conditions", "value", "expected"), VALUES, ids=repr)
def test_a_condition_matches_what_eventbridge_documents(conditions, value, expected):
    assert matches(field(*conditions), event_with(value)) is expected


@pytest.mark.parametrize(
    ("source", "kind", "expected"),
    [("shop.orders", "Order", True), ("shop.orders", "Refund", False), ("x", "Order", False)],
)
def test_all_fields_of_a_pattern_must_match(source, kind, expected):
    pattern = {"source": ["shop.orders"], "detail-type": ["Order"]}
    assert matches(pattern, {"source": source, "detail-type": kind}) is expected


def test_a_dotted_key_and_a_nested_one_are_the_same_field():
    assert matches({"detail": {"a.b": [1]}}, {"detail": {"a": {"b": 1}}})


class TestOr:
    PATTERN = {
        "source": ["shop.orders"],
        "$or": [
            {"detail": {"metric": ["cpu", "memory"]}},
            {"detail": {"kind": ["net"], "$or": [{"id": [1]}, {"space": [2]}]}},
        ],
    }

    @pytest.mark.parametrize(
        ("detail", "expected"),
        [
            ({"metric": "cpu"}, True),
            ({"kind": "net", "space": 2}, True),
            ({"kind": "net", "id": 1}, True),
            ({"kind": "net"}, False),
            ({"id": 1, "space": 2}, False),
        ],
    )
    def test_nested_alternatives(self, detail, expected):
        assert matches(self.PATTERN, {"source": "shop.orders", "detail": detail}) is expected

    def test_two_choices_side_by_side_must_both_be_met(self):
        pattern = {
            "$or": [{"a": [1]}, {"b": [1]}],
            "detail": {"$or": [{"c": [1]}, {"d": [1]}]},
        }
        assert matches(pattern, {"b": 1, "detail": {"c": 1}})
        assert not matches(pattern, {"b": 1, "detail": {"e": 1}})
        assert not matches(pattern, {"detail": {"c": 1, "d": 1}})


class TestArraysOfObjects:
    EVENT = {
        "people": [
            {"first": "Anna", "last": "Smith"},
            {"first": "Peter", "last": "Jones", "title": "Dr"},
        ]
    }

    @pytest.mark.parametrize(
        ("people", "expected"),
        [
            ({"first": ["Anna"]}, True),
            ({"first": ["Anna"], "last": ["Smith"]}, True),
            ({"first": ["Anna"], "last": ["Jones"]}, False),
            ({"first": ["Anna"], "title": [{"exists": False}]}, True),
            ({"first": ["Peter"], "title": [{"exists": False}]}, False),
            ({"title": [{"exists": False}]}, False),
        ],
    )
    def test_fields_must_meet_in_one_element(self, people, expected):
        assert matches({"people": people}, self.EVENT) is expected

    def test_arrays_within_arrays_stay_consistent(self):
        event = {"a": [{"b": [{"x": 1, "y": 1}, {"x": 2, "y": 2}]}, {"b": [{"x": 1, "y": 3}]}]}
        assert matches({"a": {"b": {"x": [1], "y": [3]}}}, event)
        assert not matches({"a": {"b": {"x": [2], "y": [3]}}}, event)


REFUSED = [
    ("nonsense", "not valid JSON"),
    ("[]", "Filter is not an object"),
    ("{}", "Empty objects are not allowed"),
    ('{"detail": {}}', "Empty objects are not allowed"),
    ('{"source": []}', "Empty arrays are not allowed"),
    ('{"source": "shop"}', '"source" must be an object or an array'),
    ('{"source": null}', '"source" must be an object or an array'),
    ('{"source": [["shop"]]}', "Match value must be String, number, true, false, or null"),
    ('{"source": [{}]}', "Match expression name not found"),
    ('{"source": [{"regex": "a"}]}', "Unrecognized match type regex"),
    ('{"source": [{"prefix": "a", "suffix": "b"}]}', "Only one key allowed"),
    ('{"source": [{"prefix": 5}]}', "prefix match pattern must be a string"),
    ('{"source": [{"prefix": ["a"]}]}', "prefix match pattern must be a string"),
    ('{"source": [{"prefix": {"wildcard": "a"}}]}', "Unsupported prefix pattern: wildcard"),
    ('{"source": [{"suffix": null}]}', "suffix match pattern must be a string"),
    ('{"source": [{"suffix": {"equals-ignore-case": 1}}]}', "must be a string"),
    ('{"source": [{"equals-ignore-case": ["a"]}]}', "must be a string"),
    ('{"source": [{"wildcard": "a**b"}]}', "Consecutive wildcard characters"),
    ('{"source": [{"wildcard": "a\\\\b"}]}', "Invalid escape character"),
    ('{"source": [{"wildcard": "a\\\\"}]}', "Invalid escape character"),
    ('{"source": [{"wildcard": "*:*:*:*:*:bus/*"}]}', "Rule is too complex"),
    ('{"source": [{"wildcard": 5}]}', "wildcard match pattern must be a string"),
    ('{"source": [{"exists": "true"}]}', "exists match pattern must be either true or false"),
    ('{"source": [{"exists": 1}]}', "exists match pattern must be either true or false"),
    ('{"source": [{"cidr": "10.0.0.0"}]}', "one '/' required"),
    ('{"source": [{"cidr": "10.0.0.0/x"}]}', "mask bits must be an integer"),
    ('{"source": [{"cidr": "10.0.0.0/-1"}]}', "mask bits must not be negative"),
    ('{"source": [{"cidr": "10.0.0.0/32"}]}', "IPv4 mask bits must be < 32"),
    ('{"source": [{"cidr": "2001:db8::/128"}]}', "IPv6 mask bits must be < 128"),
    ('{"source": [{"cidr": "10.0.0.999/8"}]}', "Invalid IP address"),
    ('{"source": [{"cidr": "host/8"}]}', "Nonstandard IP address"),
    ('{"source": [{"cidr": 5}]}', "must be a string"),
    ('{"source": [{"numeric": 5}]}', "must be an array"),
    ('{"source": [{"numeric": []}]}', "Invalid member in numeric match"),
    ('{"source": [{"numeric": [5, "<"]}]}', "Invalid member in numeric match"),
    ('{"source": [{"numeric": ["!=", 5]}]}', "Unrecognized numeric range operator"),
    ('{"source": [{"numeric": ["<", "5"]}]}', "Value of < must be numeric"),
    ('{"source": [{"numeric": ["="]}]}', "Value of equals must be numeric"),
    ('{"source": [{"numeric": ["<", 5, ">", 1]}]}', "Too many elements"),
    ('{"source": [{"numeric": [">", 5, ">", 9]}]}', "Bad numeric range operator"),
    ('{"source": [{"numeric": [">", 5, 9]}]}', "Bad value in numeric range"),
    ('{"source": [{"numeric": [">", 5, "<", 5]}]}', "Bottom must be less than top"),
    ('{"source": [{"numeric": [">", 5, "<", 9, 1]}]}', "Too many terms"),
    ('{"source": [{"anything-but": null}]}', "must be an array or single string/number"),
    ('{"source": [{"anything-but": true}]}', "must be an array or single string/number"),
    ('{"source": [{"anything-but": []}]}', "mixed type is not supported"),
    ('{"source": [{"anything-but": ["a", 1]}]}', "mixed type is not supported"),
    ('{"source": [{"anything-but": [null]}]}', "start|null|boolean is not supported"),
    ('{"source": [{"anything-but": {"prefix": ""}}]}', "Null prefix/suffix not allowed"),
    ('{"source": [{"anything-but": {"prefix": 5}}]}', "prefix/suffix match pattern must be"),
    ('{"source": [{"anything-but": {"cidr": "10.0.0.0/8"}}]}', "Unsupported anything-but"),
    ('{"source": [{"anything-but": {"suffix": {"prefix": "a"}}}]}', "must be an array or single"),
    ('{"source": [{"anything-but": {"wildcard": "**"}}]}', "Consecutive wildcard"),
    ('{"source": [{"anything-but": {"equals-ignore-case": [1]}}]}', "is not supported"),
    ('{"$or": {"a": [1]}}', "It must be an Array"),
    ('{"$or": [{"a": [1]}]}', "at least 2 Objects"),
    ('{"$or": [{"a": [1]}, [2]]}', "Only JSON object is allowed"),
    ('{"$or": [{"a": [1]}, {}]}', "Empty objects are not allowed"),
    ('{"$or": [{"prefix": ["a"]}, {"b": [1]}]}', "reserved fieldName"),
]


@pytest.mark.parametrize(("text", "reason"), REFUSED, ids=[text for text, _ in REFUSED])
def test_a_pattern_that_put_rule_refuses_is_refused_with_the_reason(text, reason):
    with pytest.raises(InvalidEventPattern) as refusal:
        EventPattern(text)
    assert str(refusal.value).startswith("Event pattern is not valid. Reason: ")
    assert reason in refusal.value.reason
