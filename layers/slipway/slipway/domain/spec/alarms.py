"""Above what people are told, whatever served before."""

from slipway.domain.spec.section import Section, setting


class Alarms(Section):
    """The limits of a variant's alarms.

    An alarm of a new version ends its release, unless the same alarm of what serves rings as well.
    """

    errors: float = setting(
        2,
        "Share of the requests that may end in an error of the server, or of the model; callers' "
        "own mistakes count as errors of the model there.",
        unit="% of requests",
        example=2,
        gt=0,
        lt=100,
    )
    latency: float = setting(
        1000,
        "How long the slowest request in a hundred may wait for the model, in 3 of 5 minutes.",
        unit="ms",
        example=2500,
        gt=0,
    )

    @property
    def error_share(self) -> float:
        """`errors` as a share, 0 to 1."""
        return self.errors / 100
