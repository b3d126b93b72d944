"""What the rules find."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, and where.

    Attributes
    ----------
    where
        The path of the field, e.g. `Smoke Test/Catch[0]`.
    """

    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


@dataclass
class Report:
    """The problems of one definition.

    Attributes
    ----------
    errors
        The error classes that functions can raise; None where any class name passes.
    """

    errors: frozenset[str] | None = None
    problems: list[Problem] = field(default_factory=list)

    def add(self, where: str, message: str) -> None:
        """Report a problem."""
        self.problems.append(Problem(where, message))
