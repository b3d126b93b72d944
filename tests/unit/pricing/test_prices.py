import json
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

from slipway.domain.pricing import estimate_cost, hourly_price, monthly_cost, prices_as_of

SCRIPT = Path(__file__).parents[3] / "scripts/update_prices.py"


def offer_product(usage_type, region, usd, unit="Hrs"):
    sku = usage_type.replace(":", "-")
    product = {"sku": sku, "attributes": {"usagetype": usage_type, "regionCode": region}}
    term = {"priceDimensions": {"d": {"unit": unit, "pricePerUnit": {"USD": usd}}}}
    return sku, product, {f"{sku}.T": term}


def test_a_month_has_730_hours():
    assert hourly_price("ml.m5.large", "us-east-1") == Decimal("0.115")
    assert monthly_cost("ml.m5.large", "us-east-1", 2) == Decimal("167.90")


def test_an_unknown_price_is_none_and_no_guess():
    assert hourly_price("ml.m5.large", "atlantis-1") is None
    assert monthly_cost("ml.nothing", "us-east-1", 2) is None
    estimate = estimate_cost("ml.nothing", "us-east-1", 1, 2)
    assert (estimate.low, estimate.high) == (None, None)
    assert "unknown" in str(estimate)


def test_an_estimate_names_its_range_and_its_date():
    estimate = estimate_cost("ml.m5.large", "us-east-1", 2, 10)
    assert str(estimate) == f"$167.90 to $839.50 per month (prices of {prices_as_of()})"
    assert "to" not in str(estimate_cost("ml.m5.large", "us-east-1", 2, 2)).split("per")[0]


def test_the_price_file_is_dated():
    assert date.fromisoformat(prices_as_of()) <= date(2100, 1, 1)


def test_the_official_offer_file_becomes_the_price_file(tmp_path):
    made = [
        offer_product("USE1-Host:ml.m5.large", "us-east-1", "0.1150000000"),
        offer_product("EUC1-Host:ml.c5.xlarge", "eu-central-1", "0.2330000000"),
        offer_product("USE1-Train:ml.m5.large", "us-east-1", "9"),
        offer_product("USE1-AsyncInf:ml.m5.large", "us-east-1", "9"),
        offer_product("USE1-Host:VolumeUsage.gp2", "us-east-1", "0.14", unit="GB-Mo"),
    ]
    offer = {
        "publicationDate": "2026-11-20T01:02:03Z",
        "products": {sku: product for sku, product, _ in made},
        "terms": {"OnDemand": {sku: terms for sku, _, terms in made}},
    }
    source, target = tmp_path / "offer.json", tmp_path / "prices.json"
    source.write_text(json.dumps(offer))
    subprocess.run(
        [sys.executable, SCRIPT, "--offer", str(source), "--target", str(target)], check=True
    )
    assert json.loads(target.read_text()) == {
        "source": "AWS Price List offer AmazonSageMaker",
        "as_of": "2026-11-20",
        "usd_per_hour": {
            "eu-central-1": {"ml.c5.xlarge": "0.233"},
            "us-east-1": {"ml.m5.large": "0.115"},
        },
    }
