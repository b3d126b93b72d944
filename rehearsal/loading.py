"""Where scenarios come from: files of scenarios, and traces with an endpoint.yaml."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from rehearsal.errors import WrongScenario
from rehearsal.reading import Section, shape_of
from rehearsal.scenario import Price, Scenario
from rehearsal.service import Service
from rehearsal.trace import read_trace
from slipway.domain.pricing import hourly_price, prices_as_of
from slipway.domain.spec import EndpointSpec, InvalidSpec, parse_spec

FOLDER = Path(__file__).parents[1] / "benchmarks" / "scenarios"
# What a trace does not say is as it is on the normal day.
_CONDITIONS = "normal-day"


def named(name: str, folder: Path = FOLDER) -> Scenario:
    """Return a scenario by its name.

    Raises
    ------
    WrongScenario
        There is none of that name, or it has an error.
    """
    known = sorted(path.stem for path in folder.glob("*.yaml"))
    if name not in known:
        raise WrongScenario(f"There is no scenario {name!r}. There are: {', '.join(known)}.")
    text = (folder / f"{name}.yaml").read_text(encoding="utf-8")
    try:
        return scenario_of(name, yaml.safe_load(text))
    except WrongScenario as error:
        raise WrongScenario(f"{name}.yaml: {error}") from error


def of_trace(trace: Path, spec: Path) -> Scenario:
    """Return the scenario of a trace and an endpoint.yaml, in the normal day's conditions.

    Raises
    ------
    WrongScenario
        One of the files has an error, or nobody knows what the instances cost.
    """
    found = read_trace(trace)
    try:
        endpoint = endpoint_of(spec.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise WrongScenario(f"SPEC must name the endpoint.yaml of the trace: {error}") from error
    usual = named(_CONDITIONS)
    kind = endpoint.hosting.instance_type
    price = hourly_price(kind, usual.price.region)
    if price is None:
        raise WrongScenario(f"{spec}: no price of {kind} in {usual.price.region} is known.")
    # Rows need not begin on a full minute; metrics do.
    start = found.start.replace(second=0, microsecond=0)
    return replace(
        usual,
        name=trace.stem,
        about=f"The demand of {trace.name} on the endpoint of {spec.name}",
        start=start,
        rates=found.rates,
        price=Price(float(price), usual.price.region, prices_as_of()),
        endpoint=endpoint,
        normal=None,
    )


def scenario_of(name: str, values: Any) -> Scenario:
    """Read a scenario."""
    section = Section("", values)
    zone = ZoneInfo(section.take("timezone", "UTC"))
    start = section.moment("start").replace(tzinfo=zone)
    seconds = int(section.span("lasts"))
    shape = shape_of(section.section("demand"))
    service, provisioning = section.section("service"), section.section("provisioning")
    normal = section.take("compare_with", "")
    scenario = Scenario(
        name=name,
        about=section.take("about"),
        start=start.astimezone(UTC),
        rates=shape.rates(start, seconds),
        service=_service(service),
        provisioning=(provisioning.span("mean"), provisioning.span("spread")),
        late=section.span("metrics_late"),
        price=_price(section.section("price")),
        endpoint=endpoint_of(section.take("endpoint")),
        normal=normal or None,
    )
    section.done()
    return scenario


def endpoint_of(values: Any) -> EndpointSpec:
    """Read an endpoint.yaml that stands within a scenario."""
    text = values if isinstance(values, str) else yaml.safe_dump(values, sort_keys=False)
    try:
        return parse_spec(text)
    except InvalidSpec as error:
        raise WrongScenario(f"`endpoint` is no endpoint.yaml: {error}") from error


def _service(section: Section) -> Service:
    service = Service(
        median=section.span("median"),
        p99=section.span("p99"),
        workers=section.whole("workers"),
        queue=section.whole("queue"),
        timeout=section.span("timeout"),
        slow=section.span("slow"),
    )
    section.done()
    return service


def _price(section: Section) -> Price:
    price = Price(
        usd_per_hour=section.number("usd_per_hour"),
        region=section.take("region"),
        as_of=str(section.take("as_of")),
    )
    section.done()
    return price
