"""Write what a SageMaker hosting instance costs per hour into the domain.

Usage:
    python scripts/update_prices.py --offer FILE_OR_URL   the AmazonSageMaker offer (JSON), complete
    python scripts/update_prices.py --api REGION [...]    the Price List API, with your credentials
    python scripts/update_prices.py --quotes              the few prices in price_quotes.json
"""

from __future__ import annotations

import argparse
import json
import urllib.request
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slipway.domain.json_text import JsonUnreadable, read_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

TARGET = Path(__file__).parents[1] / "layers/slipway/slipway/domain/pricing/prices.json"
QUOTES = Path(__file__).with_name("price_quotes.json")
# The offer of one region has tens of megabytes, that of all of them hundreds.
_LONGEST_OFFER = 2**30
Price = tuple[str, str, Decimal]  # region, instance type, USD per hour


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--offer", metavar="FILE_OR_URL")
    source.add_argument("--api", metavar="REGION", nargs="+")
    source.add_argument("--quotes", action="store_true")
    parser.add_argument("--target", type=Path, default=TARGET)
    chosen = parser.parse_args()
    if chosen.offer:
        data = from_offer(_read(chosen.offer))
    else:
        data = _from_api(chosen.api) if chosen.api else _from_quotes()
    chosen.target.write_text(json.dumps(data, indent=1) + "\n")
    count = sum(len(types) for types in data["usd_per_hour"].values())
    print(f"{count} prices in {len(data['usd_per_hour'])} regions, {data['as_of']}")


class PriceListUnreadable(Exception):
    """What was read is no price list of AmazonSageMaker, or has another form than it had."""


def from_offer(offer: Any) -> dict[str, Any]:
    """Return the price file for an AmazonSageMaker offer file.

    Raises
    ------
    PriceListUnreadable
        It is none.
    """
    try:
        return _from_offer(offer)
    except (KeyError, TypeError, AttributeError, ValueError, ArithmeticError) as error:
        raise PriceListUnreadable(
            f"This is no AmazonSageMaker offer file: {type(error).__name__} {error}"
        ) from error


def parsed(content: bytes) -> Any:
    """Return what an offer file says, which has hundreds of megabytes.

    Raises
    ------
    PriceListUnreadable
        It says nothing.
    """
    try:
        return read_json(content, most=_LONGEST_OFFER)
    except JsonUnreadable as error:
        raise PriceListUnreadable(f"The offer file {error}") from error


def _from_offer(offer: Any) -> dict[str, Any]:
    on_demand = offer["terms"]["OnDemand"]
    entries = (
        {"product": product, "terms": {"OnDemand": on_demand.get(sku, {})}}
        for sku, product in offer["products"].items()
    )
    date = offer["publicationDate"][:10]
    return _file("AWS Price List offer AmazonSageMaker", date, _prices(entries))


def _from_api(regions: list[str]) -> dict[str, Any]:
    import boto3

    pages = boto3.client("pricing", region_name="us-east-1").get_paginator("get_products")
    entries = (
        json.loads(text)
        for region in regions
        for page in pages.paginate(
            ServiceCode="AmazonSageMaker",
            Filters=[{"Type": "TERM_MATCH", "Field": "regionCode", "Value": region}],
        )
        for text in page["PriceList"]
    )
    today = datetime.now(UTC).date().isoformat()
    return _file("AWS Price List API, AmazonSageMaker", today, _prices(entries))


def _from_quotes() -> dict[str, Any]:
    quotes = json.loads(QUOTES.read_text())["quotes"]
    prices = ((q["region"], q["instance_type"], Decimal(q["usd"])) for q in quotes)
    # The file is as old as its oldest price.
    oldest = min(q["read"] for q in quotes)
    return _file("AWS Price List, as quoted by third parties", oldest, prices)


def _prices(entries: Iterable[dict[str, Any]]) -> Iterator[Price]:
    """Yield the on-demand prices of real-time hosting among Price List entries."""
    for entry in entries:
        attributes = entry["product"]["attributes"]
        # Usage types read USE1-Host:ml.m5.large; us-east-1's own may come without the prefix.
        usage = attributes.get("usagetype", "")
        kind, _, instance_type = usage.partition(":")
        if kind.rpartition("-")[2] != "Host" or not instance_type.startswith("ml."):
            continue
        for term in entry["terms"].get("OnDemand", {}).values():
            for dimension in term["priceDimensions"].values():
                usd = Decimal(dimension["pricePerUnit"].get("USD", "0"))
                if dimension["unit"] in {"Hrs", "Hours", "Hour"} and usd > 0:
                    yield attributes["regionCode"], instance_type, usd


def _file(source: str, date: str, prices: Iterable[Price]) -> dict[str, Any]:
    table: dict[str, dict[str, str]] = {}
    for region, instance_type, usd in sorted(prices):
        table.setdefault(region, {})[instance_type] = f"{usd.normalize():f}"
    return {"source": source, "as_of": date, "usd_per_hour": table}


def _read(place: str) -> Any:
    if place.startswith(("http://", "https://")):
        with urllib.request.urlopen(place, timeout=600) as answer:
            text = answer.read()
    else:
        text = Path(place).read_bytes()
    return parsed(text)


if __name__ == "__main__":
    main()
