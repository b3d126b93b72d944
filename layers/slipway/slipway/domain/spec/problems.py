"""What is wrong with an endpoint.yaml, in words that its author can act on."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from slipway.domain.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Iterable

# Nobody mends more at once, and errors have to fit into workflows and notifications.
MOST_SHOWN = 20


@dataclass(frozen=True)
class Problem:
    """One mistake.

    Parameters
    ----------
    message : str
        What is wrong.
    path : str
        The setting, such as ``hosting.instance_typ``; empty for the whole file.
    line : int, optional
        Line in the file, from 1.
    suggestion : str, optional
        What to write instead.
    """

    message: str
    path: str = ""
    line: int | None = None
    suggestion: str | None = None

    def __str__(self) -> str:
        where = f"line {self.line}: " if self.line else ""
        what = f"{self.path}: {self.message}" if self.path else self.message
        return f"{where}{what}" + (f"; {self.suggestion}" if self.suggestion else "")


class InvalidSpec(DomainError):
    """The endpoint.yaml cannot be used; every problem found in it is named."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line or 0))
        count = len(self.problems)
        shown = [str(problem) for problem in self.problems[:MOST_SHOWN]]
        if count > MOST_SHOWN:
            shown.append(f"and {count - MOST_SHOWN} more")
        listed = "\n".join(f"  {line}" for line in shown)
        super().__init__(f"endpoint.yaml has {count} problem{'s' if count != 1 else ''}:\n{listed}")

    def as_dict(self) -> dict[str, Any]:
        """Return the problems as plain values."""
        return {"problems": [asdict(problem) for problem in self.problems]}
