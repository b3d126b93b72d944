"""How the served traffic is compared with what the model was trained on."""

from slipway.domain.spec.section import Section, setting
from slipway.domain.spec.types import Percentage, ScheduleExpression


class Drift(Section):
    """What is captured and how often it is looked at."""

    schedule: ScheduleExpression = setting(
        "rate(1 hour)", "How often captured requests are looked at.", example="rate(1 hour)"
    )
    sampling: Percentage = setting(
        100, "Share of requests that SageMaker captures; 0 captures none.", unit="%", example=100
    )
    label: str | None = setting(
        None,
        "Column of the baseline that holds the label.",
        example="churned",
        min_length=1,
        max_length=255,
    )
