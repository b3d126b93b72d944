import copy

import pytest
from moto.dynamodb.models.dynamo_type import DynamoType, Item

from sandbox.gateway import spare_work
from sandbox.replacing import restore

NESTED = {
    "M": {
        "name": {"S": "churn"},
        "weight": {"N": "0.5"},
        "done": {"BOOL": False},
        "none": {"NULL": True},
        "bytes": {"B": "AAEC"},
        "texts": {"SS": ["a", "b"]},
        "numbers": {"NS": ["1", "2"]},
        "steps": {"L": [{"M": {"at": {"N": "1"}, "deep": {"L": [{"L": []}, {"M": {}}]}}}]},
    }
}


def made():
    item = Item(DynamoType({"S": "pk"}), None, {"state": NESTED, "list": {"L": [NESTED]}})
    shown = item.to_json(), {key: each.to_regular_json() for key, each in item.attrs.items()}
    return item, copy.deepcopy(shown)


@pytest.fixture
def sparing():
    spare_work()
    yield
    restore()


def test_an_item_is_shown_as_moto_itself_shows_it(request):
    _, by_moto = made()
    request.getfixturevalue("sparing")
    _, shown = made()
    assert shown == by_moto


def test_a_copy_of_an_item_stays_when_the_item_changes(sparing):
    item, shown = made()
    kept = copy.deepcopy(item)
    assert kept == item
    item.attrs["state"].value["steps"].value[0].value["at"].value = "2"
    item.attrs["state"].value["texts"].value.append("c")
    assert (kept.to_json(), kept.attrs["list"].to_regular_json()) == (shown[0], shown[1]["list"])
    assert item.to_json() != shown[0]
