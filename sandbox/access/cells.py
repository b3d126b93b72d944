"""Policies taken apart: each action of each Allow statement, and which of them demands need. Pure.

A cell that alone allows some demand is necessary: without it, that demand would be refused. What
is left is unused, or stands beside another cell that allows the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sandbox.access.policies import Demand, as_list, matching

# By role: the names and documents of its policies.
Policies = Mapping[str, Iterable[tuple[str, Mapping[str, Any]]]]


class Cell(NamedTuple):
    """One action of one Allow statement.

    Attributes
    ----------
    policy
        The policy's name; roles that share a policy share its cells.
    sid
        The statement's, or its number where it has none.
    """

    policy: str
    sid: str
    action: str

    def __str__(self) -> str:
        return "/".join(self)


class Attachment(NamedTuple):
    """A policy in the hands of a role."""

    role: str
    policy: str

    def __str__(self) -> str:
        return f"{self.role} has {self.policy}"


@dataclass
class Findings:
    """What evaluating demands against policies found.

    Attributes
    ----------
    necessary
        Cells without which some demand would be refused.
    used
        All cells that allow some demand.
    attachments, busy
        Which roles have which policies, and which of those allow something that the role wanted.
    denied
        Demands that no statement allows, or that one denies.
    """

    demands: int = 0
    cells: set[Cell] = field(default_factory=set)
    necessary: set[Cell] = field(default_factory=set)
    used: set[Cell] = field(default_factory=set)
    attachments: set[Attachment] = field(default_factory=set)
    busy: set[Attachment] = field(default_factory=set)
    denied: set[str] = field(default_factory=set)

    @property
    def idle(self) -> set[Attachment]:
        """Policies that others need, and that allow their own role nothing of what it wanted."""
        needed = {cell.policy for cell in self.used}
        return {each for each in self.attachments - self.busy if each.policy in needed}

    def add(self, policies: Policies, demands: Iterable[tuple[str, Demand]]) -> None:
        """Evaluate what roles wanted against their policies."""
        taken = {role: _Role(found) for role, found in policies.items()}
        for role, parts in taken.items():
            self.cells |= set(parts.cells)
            self.attachments |= {Attachment(role, cell.policy) for cell in parts.cells}
        for role, demand in demands:
            self._judge(role, demand, taken[role].allowing(demand))

    def _judge(self, role: str, demand: Demand, allowing: set[Cell]) -> None:
        self.demands += 1
        self.used |= allowing
        self.busy |= {Attachment(role, cell.policy) for cell in allowing}
        if len(allowing) == 1:
            self.necessary |= allowing
        if not allowing:
            self.denied.add(f"{role} {demand.action} {demand.resource}")


class _Role:
    """A role's policies, as statements of one action each."""

    def __init__(self, policies: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
        self._parts: list[tuple[Cell, dict[str, Any]]] = []
        self._denials: list[dict[str, Any]] = []
        for name, document in policies:
            for number, statement in enumerate(as_list(document["Statement"]), 1):
                if statement["Effect"] == "Deny":
                    self._denials.append(statement)
                else:
                    self._take_apart(name, statement.get("Sid", f"#{number}"), statement)

    @property
    def cells(self) -> Iterator[Cell]:
        """All that the policies allow."""
        return (cell for cell, _ in self._parts)

    def allowing(self, demand: Demand) -> set[Cell]:
        """Return the cells that allow a demand; none if it is denied."""
        if any(matching(demand, [{"Statement": self._denials}])):
            return set()
        return {cell for cell, part in self._parts if any(matching(demand, [{"Statement": part}]))}

    def _take_apart(self, policy: str, sid: str, statement: dict[str, Any]) -> None:
        if "NotAction" in statement:  # All but some cannot be taken apart.
            self._parts.append((Cell(policy, sid, "NotAction"), statement))
            return
        for action in as_list(statement["Action"]):
            self._parts.append((Cell(policy, sid, action), statement | {"Action": action}))
