"""What an endpoint may cost."""

from slipway.domain.spec.section import Section, setting


class Budget(Section):
    """A limit that every capacity decision respects."""

    monthly_usd: float | None = setting(
        None,
        "Most that the endpoint's instances may cost in a month of 730 hours. A release is refused "
        "when its first instances cost more or their price is unknown, and scales no further than "
        "the budget reaches.",
        unit="USD per month",
        example=500,
        gt=0,
    )
