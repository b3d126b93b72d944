"""What every section of endpoint.yaml has in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

if TYPE_CHECKING:
    from pydantic.config import JsonDict

T = TypeVar("T")


class Section(BaseModel):
    """A frozen group of settings that refuses keys it does not know."""

    # strict: "2" is no number and 1 no truth value; whoever writes them meant something.
    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        populate_by_name=True,
        allow_inf_nan=False,
    )


def setting(
    default: Any,
    description: str,
    *,
    example: Any,
    unit: str | None = None,
    **limits: Any,
) -> Any:
    """Declare one setting with everything that the reference page prints.

    Parameters
    ----------
    default : Any
        The value of an absent key; ``...`` makes the key required.
    description : str
        What the setting does, in one or two sentences.
    example : Any
        A valid value as a user would write it in YAML.
    unit : str, optional
        Unit of the value, such as ``instances`` or ``%``.
    **limits : Any
        Constraints such as ``ge`` or ``alias``.
    """
    extra: JsonDict = {"x-unit": unit} if unit else {}
    return Field(
        default, description=description, examples=[example], json_schema_extra=extra, **limits
    )


def _listed(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


Listed = Annotated[T, BeforeValidator(_listed)]
"""A YAML list kept as an immutable tuple."""


def refusal(field: str, message: str, suggestion: str | None = None) -> PydanticCustomError:
    """Build the error of a rule between several settings.

    Parameters
    ----------
    field : str
        The key, within its section, that the reader should look at.
    message : str
        What is wrong.
    suggestion : str, optional
        What to write instead.
    """
    # Braces would be read as placeholders by pydantic's message templates.
    safe = message.replace("{", "(").replace("}", ")")
    context = {"field": field} | ({"suggestion": suggestion} if suggestion else {})
    return PydanticCustomError("slipway_rule", safe, context)


def plain_values(section: Section) -> dict[str, Any]:
    """Return a section's settings as YAML has them, under YAML's names."""
    values: dict[str, Any] = _whole(section.model_dump(mode="json", by_alias=True))
    return values


def _whole(value: Any) -> Any:
    """Write 600.0 as 600, as people do."""
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
