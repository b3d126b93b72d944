"""A scenario: demand, model, conditions and the endpoint's own settings."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import yaml

from rehearsal.errors import WrongScenario
from rehearsal.reading import Section, shape_of
from rehearsal.service import Service
from rehearsal.trace import read_trace
from slipway.domain.pricing import hourly_price, prices_as_of
from slipway.domain.spec import EndpointSpec, InvalidSpec, parse_spec

if TYPE_CHECKING:
    from array import array

FOLDER = Path(__file__).parents[1] / "benchmarks" / "scenarios"
_MINUTE = 60
# What a trace does not say is as it is on the normal day.
_CONDITIONS = "normal-day"


@dataclass(frozen=True)
class Price:
    """What an instance costs.

    Attributes
    ----------
    usd_per_hour
        For each hour from when it is asked for until it is gone.
    as_of
        The day of the price.
    """

    usd_per_hour: float
    region: str
    as_of: str


@dataclass(frozen=True)
class Scenario:
    """What is rehearsed.

    Attributes
    ----------
    start
        The first moment, aware.
    rates
        Requests in each second.
    provisioning
        Mean and spread of the seconds that further instances take; drawn evenly between.
    late
        Seconds after which a metric can be seen.
    endpoint
        The endpoint.yaml of the endpoint.
    normal
        The name of the scenario that costs are compared with; None for a trace.
    """

    name: str
    about: str
    start: datetime
    rates: array[float] = field(repr=False)
    service: Service
    provisioning: tuple[float, float]
    late: float
    price: Price
    endpoint: EndpointSpec
    normal: str | None

    @property
    def seconds(self) -> int:
        """How long it lasts."""
        return len(self.rates)

    @property
    def requests(self) -> int:
        """How many requests there are."""
        return round(sum(self.rates))

    def minutes(self) -> list[float]:
        """Return the mean demand of each minute, in requests per second."""
        starts = range(0, self.seconds, _MINUTE)
        parts = (self.rates[start : start + _MINUTE] for start in starts)
        return [sum(part) / len(part) for part in parts]

    def without(self, *, events: bool = False, sleep: bool = False) -> Scenario:
        """Return the scenario with an endpoint that knows of no events, or never sleeps."""
        endpoint = self.endpoint
        if events:
            scaling = endpoint.scaling.model_copy(update={"events": ()})
            endpoint = endpoint.model_copy(update={"scaling": scaling})
        if sleep:
            endpoint = endpoint.model_copy(update={"sleep": None})
        return replace(self, endpoint=endpoint)


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
