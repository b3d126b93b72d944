"""The ledger as its table holds it, for checks from outside the package."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer
from moto.dynamodb.models import dynamodb_backends

if TYPE_CHECKING:
    from sandbox.testing import Sandbox

Item = dict[str, Any]

FINAL = frozenset({"succeeded", "rolled-back", "failed", "superseded"})


@dataclass
class Book:
    """All items of the ledger, by what they are (docs/ledger.md).

    Attributes
    ----------
    watched
        What is known of each endpoint's traffic.
    """

    endpoints: dict[str, Item] = field(default_factory=dict)
    watched: dict[str, Item] = field(default_factory=dict)
    releases: list[Item] = field(default_factory=list)
    drops: list[Item] = field(default_factory=list)
    tokens: list[Item] = field(default_factory=list)

    def releases_of(self, endpoint: str) -> list[Item]:
        """Return an endpoint's releases, the oldest first."""
        found = [each for each in self.releases if each["pk"] == f"release#{endpoint}"]
        return sorted(found, key=lambda each: str(each["started"]))

    def outcome_of(self, endpoint: str) -> str:
        """Return the outcome of an endpoint's newest release; empty without any."""
        found = self.releases_of(endpoint)
        return str(found[-1].get("outcome")) if found else ""

    def release(self, endpoint: str, name: str) -> Item | None:
        """Return one release."""
        return next((each for each in self.releases_of(endpoint) if each["sk"] == name), None)


def read(sandbox: Sandbox) -> Book:
    """Return the whole ledger."""
    book = Book()
    places = {"release": book.releases, "drop": book.drops, "token": book.tokens}
    for item in scan(sandbox):
        kind = str(item["pk"]).partition("#")[0]
        if kind == "endpoints":
            book.endpoints[item["sk"]] = item
        elif kind == "drift":
            book.watched[item["sk"]] = item
        elif kind in places:
            places[kind].append(item)
    return book


def scan(sandbox: Sandbox) -> list[Item]:
    """Return every item of the ledger's table.

    As moto holds them: what a scan answers is the same, and took an eighth of a proof's time.
    """
    account = sandbox.account
    backend: Any = dynamodb_backends[account.account_id][account.region]
    plain = TypeDeserializer().deserialize
    return [
        {name: plain(value.to_regular_json()) for name, value in item.attrs.items()}
        for item in backend.tables[sandbox.outputs["LedgerTableName"]].all_items()
    ]
