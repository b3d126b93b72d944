"""What an endpoint may cost."""

from slipway.domain.spec.section import Section, setting


class Budget(Section):
    """A limit that every capacity decision respects."""

    monthly_usd: float | None = setting(
        None,
        "Most that the endpoint's instances may cost in a month of 730 hours, at `scaling.max`. "
        "A release that could cost more, or whose price is unknown, is refused.",
        unit="USD per month",
        example=500,
        gt=0,
    )
