"""The pickle machine: it keeps the stack, the marks and the memo, and can call nothing.

It is Python's unpickler with everything left out that imports, calls or sets attributes. An
instruction without an entry in the table is refused, so nothing runs because it was forgotten.
Where the C and the Python unpickler differ, whatever they would read differently is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.artifact.pickles.entries import storable
from slipway.domain.artifact.pickles.opcodes import TABLE, Stop
from slipway.domain.artifact.pickles.problems import broken, ends, limit, unsafe
from slipway.domain.artifact.pickles.values import Mark, Name, Text, Value
from slipway.domain.artifact.source import LineTooLong, Source, SourceEnded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.artifact.pickles.budget import Budget
    from slipway.domain.artifact.pickles.facts import Facts

_SPEND_EVERY = 1024


class Machine:
    """One pickle's walk.

    Parameters
    ----------
    source
        The bytes; exactly one pickle is consumed.
    names
        Allowed globals by (module, name).
    budget, facts
        Shared by all pickles of an artifact, and by those of a file.
    arrays
        Whether joblib reads this pickle: then raw array bytes follow some instructions.
    """

    def __init__(
        self,
        source: Source,
        names: Mapping[tuple[str, str], Name],
        budget: Budget,
        facts: Facts,
        *,
        arrays: bool,
    ) -> None:
        self.source = source
        self.names = names
        self.budget = budget
        self.facts = facts
        self.arrays = arrays
        self.stack: list[Value] = []
        self.marks: list[int] = []
        self.memo: list[Value] = []
        self.protocol = 0
        self.frame_end: int | None = None
        self.started = source.position

    def run(self) -> Value:
        """Walk up to the end of the pickle and give what it would be."""
        try:
            while True:
                self._steps(_SPEND_EVERY)
        except Stop:
            return self._result()
        except SourceEnded:
            ends("it ends too early")
        except LineTooLong:
            broken("it has an endless line")

    def _steps(self, number: int) -> None:
        source, table = self.source, TABLE
        done = 0
        try:
            for done in range(1, number + 1):  # noqa: B007 - read in `finally`
                if self.frame_end is not None and source.position >= self.frame_end:
                    self._leave_frame()
                table[source.byte()](self)
        finally:
            self.budget.spend_opcodes(done)

    def _result(self) -> Value:
        if self.frame_end not in (None, self.source.position):
            broken("it stops inside a frame")
        if len(self.stack) != 1 or self.marks:
            broken("it leaves things behind")
        if self.facts.old_texts:
            broken("it was made by Python 2")
        return storable(self.stack[0])

    def walk_nested(self) -> None:
        """Walk the pickle of its own that joblib writes for an array of objects."""
        inner = Machine(self.source, self.names, self.budget, self.facts, arrays=False)
        inner.run()

    # --- frames

    def enter_frame(self, size: int) -> None:
        """Note where a frame ends; the C unpickler ignores that, so nothing may depend on it."""
        if self.frame_end is not None:
            broken("it has a frame inside a frame")
        self.frame_end = self.source.position + size

    def _leave_frame(self) -> None:
        if self.source.position != self.frame_end:
            broken("an instruction crosses the end of its frame")
        self.frame_end = None

    def end_frame(self) -> None:
        """Refuse raw bytes inside a frame, where the Python unpickler has read ahead."""
        if self.frame_end not in (None, self.source.position):
            unsafe("an array follows inside a frame, so that readers disagree where it begins")
        self.frame_end = None

    # --- stack

    def push(self, value: Value) -> None:
        """Put a value on the stack."""
        self.stack.append(value)
        if len(self.stack) > self.budget.limits.stack:
            limit("open values", self.budget.limits.stack)

    def pop(self) -> Value:
        """Take the top value; a mark is never taken by accident."""
        if len(self.stack) <= self.floor:
            # Old unpicklers took what lies below an open group.
            broken("it takes more than it has", dead=not self.marks)
        return self.stack.pop()

    def top(self) -> Value:
        """Look at the top value."""
        if len(self.stack) <= self.floor:
            # Old unpicklers took what lies below an open group.
            broken("it takes more than it has", dead=not self.marks)
        return self.stack[-1]

    @property
    def floor(self) -> int:
        """Where the innermost group begins."""
        return self.marks[-1] if self.marks else 0

    def mark(self) -> None:
        """Open a group."""
        self.marks.append(len(self.stack))
        if len(self.marks) > self.budget.limits.nesting:
            limit("nested groups", self.budget.limits.nesting)

    def pop_mark(self) -> list[Value]:
        """Take all values of the innermost group."""
        if not self.marks:
            ends("it closes a group that is not open")
        start = self.marks.pop()
        items = self.stack[start:]
        del self.stack[start:]
        return items

    # --- memo

    def remember(self, index: int) -> None:
        """Store the top value; the C unpickler makes room for every smaller index too."""
        value = self.top()
        missing = index - len(self.memo)
        if index < 0 or missing > _SPEND_EVERY:
            unsafe("it asks for a huge memo")
        if index > self.budget.limits.memo:
            limit("memo entries", self.budget.limits.memo)
        if missing < 0:
            self.memo[index] = value
            return
        self.memo.extend([Mark.MARK] * missing)
        self.memo.append(value)

    def recall(self, index: int) -> None:
        """Push a stored value."""
        if not 0 <= index < len(self.memo) or self.memo[index] is Mark.MARK:
            ends("it recalls what it never stored")
        self.push(self.memo[index])

    # --- values

    def text(self, text: str) -> str | Text:
        """Keep text within the budget."""
        return self.budget.keep(text)
