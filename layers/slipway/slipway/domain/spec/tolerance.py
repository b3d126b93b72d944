"""How much worse than what serves a new version may be."""

from slipway.domain.spec.section import Section, setting


class Tolerance(Section):
    """The limits that a new version is judged by, before users reach it and at every step."""

    errors: float = setting(
        0.5,
        "By how many percentage points the new version's share of failed requests may exceed that "
        "of what serves.",
        unit="% of requests",
        example=0.5,
        ge=0,
        le=50,
    )
    latency: float = setting(
        1.25,
        "How many times slower the new version may be, in the median of the minutes of a bake. "
        "Before users reach it, 2 or this, whichever is more: the replay is a rougher measure.",
        unit="times",
        example=1.25,
        ge=1,
        le=100,
    )
    answers: float = setting(
        100,
        "Share of the replayed requests that may be answered with other values than before. At "
        "100 only answers of another form, or far from all that was answered before, count.",
        unit="% of requests",
        example=10,
        ge=0,
        le=100,
    )

    @property
    def error_share(self) -> float:
        """`errors` as a share, 0 to 1."""
        return self.errors / 100

    @property
    def answer_share(self) -> float:
        """`answers` as a share, 0 to 1."""
        return self.answers / 100
