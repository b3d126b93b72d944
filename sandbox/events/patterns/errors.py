"""The one way a pattern is refused."""


class InvalidEventPattern(ValueError):
    """An event pattern that PutRule refuses; the message is the reason that EventBridge names."""

    code = "InvalidEventPatternException"

    def __init__(self, reason: str) -> None:
        super().__init__(f"Event pattern is not valid. Reason: {reason}")
        self.reason = reason
