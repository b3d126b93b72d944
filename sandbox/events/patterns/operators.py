"""The match expressions over text, presence and addresses."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Any

from sandbox.events.patterns.errors import InvalidEventPattern
from sandbox.events.patterns.values import (
    Cidr,
    Exists,
    Matcher,
    Text,
    wildcard,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_ADDRESS = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+|[0-9a-fA-F:]*:[0-9a-fA-F:]*")

# EventBridge weighs how many wildcards may be open at once and publishes no number; six with no
# text to tell them apart are known to be refused, so more than five always are here.
_MOST_WILDCARDS = 5


class Absent:
    """``{"exists": false}``: accepts no value, the lack of one is what it wants."""

    def accepts(self, value: object) -> bool:
        """Refuse: a value is there."""
        del value
        return False


ABSENT = Absent()


def _affix(name: str) -> Callable[[Any], Matcher]:
    def compile_affix(operand: Any) -> Matcher:
        if isinstance(operand, dict):
            return _affix_ignoring_case(name, operand)
        if not isinstance(operand, str):
            raise InvalidEventPattern(f"{name} match pattern must be a string")
        return compile_text(name, operand)

    return compile_affix


def _affix_ignoring_case(name: str, operand: dict[str, Any]) -> Matcher:
    inner = _only_key(operand, f"{name.capitalize()} expression name not found")
    if inner != "equals-ignore-case":
        raise InvalidEventPattern(f"Unsupported {name} pattern: {inner}")
    if not isinstance(operand[inner], str):
        raise InvalidEventPattern("equals-ignore-case match pattern must be a string")
    wanted = operand[inner].lower()
    test = str.startswith if name == "prefix" else str.endswith
    return Text(name, lambda value: test(value.lower(), wanted))


def _only_key(operand: dict[str, Any], missing: str) -> str:
    if not operand:
        raise InvalidEventPattern(missing)
    if len(operand) > 1:
        raise InvalidEventPattern("Only one key allowed in match expression")
    return next(iter(operand))


def compile_text(name: str, operand: str) -> Matcher:
    """Compile a text operator over one checked string."""
    if name == "wildcard":
        return Text(name, _wildcard_test(operand))
    tests: dict[str, Callable[[str], bool]] = {
        "prefix": lambda value: value.startswith(operand),
        "suffix": lambda value: value.endswith(operand),
        "equals-ignore-case": lambda value: value.lower() == operand.lower(),
    }
    return Text(name, tests[name])


def _wildcard_test(operand: str) -> Callable[[str], bool]:
    if re.search(r"(?<!\\)(?:\\\\)*\*\*", operand):
        raise InvalidEventPattern("Consecutive wildcard characters")
    if re.search(r"\\", re.sub(r"\\[*\\]", "", operand)):
        raise InvalidEventPattern("Invalid escape character")
    if len(re.findall(r"\*", re.sub(r"\\[*\\]", "", operand))) > _MOST_WILDCARDS:
        reason = "Rule is too complex - try using fewer wildcard characters"
        raise InvalidEventPattern(reason)
    expression = wildcard(operand)
    return lambda value: expression.fullmatch(value) is not None


def _plain_text(name: str) -> Callable[[Any], Matcher]:
    def compile_plain(operand: Any) -> Matcher:
        if not isinstance(operand, str):
            raise InvalidEventPattern(f"{name} match pattern must be a string")
        return compile_text(name, operand)

    return compile_plain


def _exists(operand: Any) -> Matcher:
    if not isinstance(operand, bool):
        raise InvalidEventPattern("exists match pattern must be either true or false.")
    return Exists() if operand else ABSENT


def _cidr(operand: Any) -> Matcher:
    if not isinstance(operand, str):
        raise InvalidEventPattern("prefix match pattern must be a string")
    address, slash, bits = operand.partition("/")
    if not slash or "/" in bits:
        raise InvalidEventPattern("Malformed CIDR, one '/' required")
    if not re.fullmatch(r"[+-]?\d+", bits):
        raise InvalidEventPattern("Malformed CIDR, mask bits must be an integer")
    return Cidr(_network(address, int(bits)))


def _network(address: str, bits: int) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    if bits < 0:
        raise InvalidEventPattern("Malformed CIDR, mask bits must not be negative")
    if not _ADDRESS.fullmatch(address):
        raise InvalidEventPattern(f"Nonstandard IP address: {address}")
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError as error:
        raise InvalidEventPattern(f"Invalid IP address: {address}") from error
    if bits >= parsed.max_prefixlen:
        reason = f"IPv{parsed.version} mask bits must be < {parsed.max_prefixlen}"
        raise InvalidEventPattern(reason)
    return ipaddress.ip_network((parsed, bits), strict=False)


OPERATORS: dict[str, Callable[[Any], Matcher]] = {
    "prefix": _affix("prefix"),
    "suffix": _affix("suffix"),
    "equals-ignore-case": _plain_text("equals-ignore-case"),
    "wildcard": _plain_text("wildcard"),
    "exists": _exists,
    "cidr": _cidr,
}
