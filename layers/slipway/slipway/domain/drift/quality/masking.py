"""Takes out of answers what nobody is to see, before they are kept for when the truth is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from slipway.domain.drift.schema import Schema


class AnswerMask:
    """Which parts of answers nobody is to see.

    Where it is not clear which column a value belongs to, it is taken out too.
    """

    def __init__(self, schema: Schema) -> None:
        self._names = schema.mask
        self._columns = {each.name for each in schema.outputs}
        self._masked = [each.masked for each in schema.outputs]

    @property
    def hides_all(self) -> bool:
        """Whether nothing of an answer may be kept."""
        return bool(self._masked) and all(self._masked)

    def applied(self, content: Any) -> Any:
        """Return an answer without these parts; None stands for a value that had no name."""
        if not self._names:
            return content
        if isinstance(content, dict):
            return {
                key: self._under(key, each)
                for key, each in content.items()
                if key not in self._names
            }
        if isinstance(content, list):
            return self._listed(content)
        return None if any(self._masked) else content

    def _under(self, key: str, value: Any) -> Any:
        if isinstance(value, dict):
            return self.applied(value)
        if not isinstance(value, list):
            return value
        nested = any(isinstance(each, list | dict) for each in value)
        return value if key in self._columns and not nested else self._listed(value)

    def _listed(self, values: list[Any]) -> list[Any]:
        nested = any(isinstance(each, list | dict) for each in values)
        if nested or len(values) != len(self._masked):
            return [self.applied(each) for each in values]
        pairs = zip(values, self._masked, strict=True)
        return [None if masked else value for value, masked in pairs]
