"""A figure of `make bench`, and whether it keeps within what was promised."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """Something that was measured.

    Parameters
    ----------
    against : str
        What to compare it with, in words.
    holds : bool
        Whether a promise is kept; figures without one hold.
    """

    value: float | str
    unit: str = ""
    against: str = ""
    holds: bool = True

    @classmethod
    def at_most(cls, value: float, unit: str, most: float, words: str = "") -> Figure:
        """Return a figure that must not be above a bound."""
        bound = f"at most {most:g}" + (f"; {words}" if words else "")
        return cls(value, unit, bound, value <= most)

    @classmethod
    def none(cls, value: float, unit: str, words: str = "") -> Figure:
        """Return a figure that has to be 0."""
        return cls(value, unit, "none" + (f"; {words}" if words else ""), value == 0)

    def as_dict(self) -> dict[str, float | str]:
        """Return what build/bench.json keeps."""
        return {"value": self.value, "unit": self.unit, "against": self.against}

    def line(self, name: str) -> str:
        """Return the figure as it is printed."""
        against = f"  ({self.against})" if self.against else ""
        told = f"{name:74} {self.value:>10} {self.unit}{against}"
        return told if self.holds else f"{told}  NOT KEPT"


Figures = dict[str, Figure]


def show(figures: Figures) -> None:
    """Print a line per figure."""
    for name, figure in figures.items():
        print(figure.line(name), flush=True)
