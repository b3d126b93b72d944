"""What one value of an event is compared with. Every matcher is a value object with ``accepts``."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

Scalar = str | int | float | bool | None
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Matcher(Protocol):
    """Accepts or refuses one scalar of an event."""

    def accepts(self, value: Scalar) -> bool:
        """Say whether the value matches."""


def is_number(value: object) -> bool:
    """Tell JSON numbers from JSON booleans, which Python also counts as int."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def parse_address(text: str) -> Address | None:
    """Read an IP address, or nothing when the text is no plain address."""
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


@dataclass(frozen=True)
class Equals:
    """The same JSON value: "5", 5 and true are three different ones, 5 and 5.0 are one."""

    expected: Scalar

    def accepts(self, value: Scalar) -> bool:
        """Compare type and value; IP addresses compare as addresses, not as text."""
        if is_number(self.expected):
            return is_number(value) and value == self.expected
        if isinstance(self.expected, str):
            return isinstance(value, str) and self._same_text(value, self.expected)
        return type(value) is type(self.expected) and value == self.expected

    @staticmethod
    def _same_text(value: str, expected: str) -> bool:
        if value == expected:
            return True
        address = parse_address(expected)
        return address is not None and parse_address(value) == address


@dataclass(frozen=True)
class Text:
    """A test that only strings can pass."""

    name: str
    test: Callable[[str], bool]

    def accepts(self, value: Scalar) -> bool:
        """Refuse what is no string, then test."""
        return isinstance(value, str) and self.test(value)


@dataclass(frozen=True)
class Numeric:
    """A range of numbers; an open end is None."""

    low: float | None
    high: float | None
    low_open: bool = False
    high_open: bool = False

    def accepts(self, value: Scalar) -> bool:
        """Refuse what is no JSON number, then compare with both ends."""
        if isinstance(value, str | bool) or value is None:
            return False
        above = self.low is None or (value > self.low if self.low_open else value >= self.low)
        below = self.high is None or (value < self.high if self.high_open else value <= self.high)
        return above and below


@dataclass(frozen=True)
class Cidr:
    """A block of IPv4 or IPv6 addresses."""

    network: Network

    def accepts(self, value: Scalar) -> bool:
        """Refuse what is no address of the block's family, then look it up."""
        address = parse_address(value) if isinstance(value, str) else None
        return address is not None and address in self.network


@dataclass(frozen=True)
class AnythingBut:
    """Every present value, null included, that none of the excluded matchers accepts."""

    excluded: tuple[Matcher, ...]

    def accepts(self, value: Scalar) -> bool:
        """Accept what no excluded matcher accepts."""
        return not any(matcher.accepts(value) for matcher in self.excluded)


@dataclass(frozen=True)
class Exists:
    """Any present leaf value."""

    def accepts(self, value: Scalar) -> bool:
        """Accept: the matcher is only asked about values that are there."""
        del value
        return True


def wildcard(pattern: str) -> re.Pattern[str]:
    r"""Turn a checked wildcard into a regular expression; ``\*`` and ``\\`` are literal.

    ``*`` also matches ``/``, line breaks and nothing at all, as in EventBridge.
    """
    pieces = re.findall(r"\\[*\\]|\*|[^*\\]+", pattern)
    translated = (".*" if piece == "*" else re.escape(_unescaped(piece)) for piece in pieces)
    return re.compile("".join(translated), re.DOTALL)


def _unescaped(piece: str) -> str:
    return piece[1:] if piece in (r"\*", "\\\\") else piece
