"""Walking the models of endpoint.yaml under the names that YAML uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from pydantic import BaseModel

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo


def settings_of(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """Return a model's fields under the names that YAML uses."""
    return {info.alias or name: info for name, info in model.model_fields.items()}


def nested_model(info: FieldInfo) -> type[BaseModel] | None:
    """Return the section that a field holds, alone, optional or in a list."""
    return _model_in(info.annotation)


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for arg in get_args(annotation) if (found := _model_in(arg))), None)


def all_paths(model: type[BaseModel], prefix: str = "") -> list[str]:
    """Return the dotted path of every setting, sections included."""
    paths = []
    for name, info in settings_of(model).items():
        paths.append(prefix + name)
        nested = nested_model(info)
        paths += all_paths(nested, f"{prefix}{name}.") if nested else []
    return paths
