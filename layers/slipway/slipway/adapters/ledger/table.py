"""Plain values in and out of one DynamoDB table."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from slipway.adapters.clients import client
from slipway.adapters.faults import code_of, passing_faults

if TYPE_CHECKING:
    from collections.abc import Mapping

Item = dict[str, Any]

# Bytes that DynamoDB takes as a key.
_LONGEST_PK, _LONGEST_SK = 2048, 1024


class ConditionFailed(Exception):
    """The item is not as the write expects it."""


class Table:
    """One table, addressed by `pk` and `sk`; every read is consistent.

    Parameters
    ----------
    name : str
        The table's name.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def get(self, pk: str, sk: str) -> Item | None:
        """Return an item, or None."""
        if not (_is_key(pk, _LONGEST_PK) and _is_key(sk, _LONGEST_SK)):
            return None  # People and callers name things that cannot be; DynamoDB would refuse it.
        key = encode({"pk": pk, "sk": sk})
        with passing_faults():
            answer = client("dynamodb").get_item(TableName=self.name, Key=key, ConsistentRead=True)
        return decode(answer["Item"]) if "Item" in answer else None

    def put(
        self,
        item: Item,
        *,
        condition: str = "",
        values: Item | None = None,
        names: dict[str, str] | None = None,
    ) -> None:
        """Write an item; raise ConditionFailed where the condition does not hold."""
        request: Item = {"Item": encode(item)}
        if names:
            request["ExpressionAttributeNames"] = names
        self._write("put_item", request, condition, values or {})

    def update(  # noqa: PLR0913 - the members of one request
        self,
        pk: str,
        sk: str,
        facts: Mapping[str, Any],
        *,
        condition: str = "",
        values: Item | None = None,
        names: dict[str, str] | None = None,
    ) -> None:
        """Set attributes of an item; raise ConditionFailed where the condition does not hold.

        What is None is taken out.
        """
        named = {f"#{index}": name for index, name in enumerate(facts)}
        written = {f":{index}": value for index, value in enumerate(facts.values())}
        gone = [f"#{index}" for index, value in enumerate(facts.values()) if value is None]
        kept = [f"{name} = :{name[1:]}" for name in named if name not in gone]
        request = {
            "Key": encode({"pk": pk, "sk": sk}),
            "UpdateExpression": _clause("SET", kept) + _clause("REMOVE", gone),
            "ExpressionAttributeNames": named | (names or {}),
        }
        self._write("update_item", request, condition, written | (values or {}))

    def append(self, pk: str, sk: str, name: str, entry: Item) -> None:
        """Add an entry to a list of an item that exists; raise ConditionFailed without one."""
        request = {
            "Key": encode({"pk": pk, "sk": sk}),
            "UpdateExpression": "SET #list = list_append(if_not_exists(#list, :none), :new)",
            "ExpressionAttributeNames": {"#list": name},
        }
        values = {":none": [], ":new": [entry]}
        self._write("update_item", request, "attribute_exists(pk)", values)

    def delete(
        self,
        pk: str,
        sk: str,
        *,
        condition: str = "",
        values: Item | None = None,
        names: dict[str, str] | None = None,
    ) -> None:
        """Delete an item; raise ConditionFailed where the condition does not hold."""
        request: Item = {"Key": encode({"pk": pk, "sk": sk})}
        if names:
            request["ExpressionAttributeNames"] = names
        self._write("delete_item", request, condition, values or {})

    def has(self, pk: str) -> bool:
        """Tell whether a partition has any item."""
        with passing_faults():
            page = client("dynamodb").query(**self._partition(pk), Limit=1)
        return bool(page["Items"])

    def query(self, pk: str, since: str = "") -> list[Item]:
        """Return the items of a partition by sort key, from one on or all of them."""
        request = self._partition(pk)
        if since:
            request["KeyConditionExpression"] += " AND sk >= :since"
            request["ExpressionAttributeValues"] |= encode({":since": since})
        items: list[Item] = []
        while True:
            with passing_faults():
                page = client("dynamodb").query(**request)
            items += [decode(item) for item in page["Items"]]
            if "LastEvaluatedKey" not in page:
                return items
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def _partition(self, pk: str) -> Item:
        return {
            "TableName": self.name,
            "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": encode({":pk": pk}),
            "ConsistentRead": True,
        }

    def _write(self, operation: str, request: Item, condition: str, values: Item) -> None:
        from botocore.exceptions import ClientError

        request = {"TableName": self.name, **request}
        if condition:
            request["ConditionExpression"] = condition
        if values:
            request["ExpressionAttributeValues"] = encode(values)
        try:
            with passing_faults():
                getattr(client("dynamodb"), operation)(**request)
        except ClientError as error:
            if code_of(error) != "ConditionalCheckFailedException":
                raise
            raise ConditionFailed(condition) from error


def _is_key(value: str, longest: int) -> bool:
    try:
        return 0 < len(value.encode()) <= longest
    except UnicodeEncodeError:
        return False


def _clause(word: str, parts: list[str]) -> str:
    return f"{word} {', '.join(parts)} " if parts else ""


class Items:
    """One kind of the ledger's items.

    Parameters
    ----------
    table : str
        The ledger table's name.
    """

    def __init__(self, table: str) -> None:
        self.table = Table(table)


def encode(item: Mapping[str, Any]) -> Item:
    """Return DynamoDB's typed form; fractions become decimals, absent values are left out."""
    from decimal import Decimal

    from boto3.dynamodb.types import TypeSerializer

    # JSON is the shortest way through nested tuples, mappings and floats, which boto3 refuses.
    plain = json.loads(json.dumps(item, default=dict), parse_float=Decimal)
    serialize = TypeSerializer().serialize
    return {name: serialize(value) for name, value in plain.items() if value is not None}


def decode(item: Mapping[str, Any]) -> Item:
    """Return plain values: whole numbers as int, other ones as float."""
    from boto3.dynamodb.types import TypeDeserializer

    deserialize = TypeDeserializer().deserialize
    return {name: _plain(deserialize(value)) for name, value in item.items()}


def _plain(value: Any) -> Any:
    from decimal import Decimal

    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value
