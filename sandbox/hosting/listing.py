"""Filters, order and pages of SageMaker's List operations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.hosting import refusals

if TYPE_CHECKING:
    from collections.abc import Callable

_PAGE = 10


def page(
    member: str, found: list[dict[str, Any]], asked: dict[str, Any], *, name: str
) -> dict[str, Any]:
    """Return one page of summaries.

    Parameters
    ----------
    member
        What the list is called in the answer.
    found
        All summaries, unfiltered.
    name
        The member of a summary that holds its name.
    """
    kept = [item for item in found if all(test(item) for test in _tests(asked, name))]
    order = {"Name": name, "Status": "EndpointStatus"}
    key = order.get(asked.get("SortBy", "CreationTime"), asked.get("SortBy", "CreationTime"))
    kept.sort(key=lambda item: item[key], reverse=asked.get("SortOrder") != "Ascending")
    first = _start(asked.get("NextToken"))
    last = first + asked.get("MaxResults", _PAGE)
    answer: dict[str, Any] = {member: kept[first:last]}
    if last < len(kept):
        answer["NextToken"] = str(last)
    return answer


def _tests(asked: dict[str, Any], name: str) -> list[Callable[[dict[str, Any]], bool]]:
    possible: dict[str, Callable[[dict[str, Any], Any], bool]] = {
        "NameContains": lambda item, text: text in item[name],
        "StatusEquals": lambda item, status: item["EndpointStatus"] == status,
        "CreationTimeAfter": lambda item, moment: item["CreationTime"] >= moment,
        "CreationTimeBefore": lambda item, moment: item["CreationTime"] <= moment,
        "LastModifiedTimeAfter": lambda item, moment: item["LastModifiedTime"] >= moment,
        "LastModifiedTimeBefore": lambda item, moment: item["LastModifiedTime"] <= moment,
    }
    wanted = [(test, asked[member]) for member, test in possible.items() if member in asked]
    return [_asking(test, value) for test, value in wanted]


def _asking(
    test: Callable[[dict[str, Any], Any], bool], value: Any
) -> Callable[[dict[str, Any]], bool]:
    return lambda item: test(item, value)


def _start(token: str | None) -> int:
    if token is None:
        return 0
    if not token.isdecimal():
        raise refusals.invalid("The provided NextToken is invalid.")
    return int(token)
