"""The ledger's table in moto, as the template makes it."""

from __future__ import annotations

from slipway.adapters.clients import client


def create_ledger() -> None:
    """Create the table `ledger`."""
    keys = {"pk": "HASH", "sk": "RANGE"}
    client("dynamodb").create_table(
        TableName="ledger",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in keys],
        KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys.items()],
    )
