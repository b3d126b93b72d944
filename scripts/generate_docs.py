"""Write the pages under docs/ that follow from the code.

Usage: python scripts/generate_docs.py [--check]

With --check nothing is written; the exit code is 1 if a page is not what it would become.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from pydantic.json_schema import GenerateJsonSchema

from slipway.domain.instances import hosting_instance_types
from slipway.domain.spec import EndpointSpec, Hosting
from slipway.domain.spec.durations import format_duration
from slipway.domain.spec.section import Section, plain_values
from slipway.domain.spec.shape import nested_model, settings_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pydantic import BaseModel

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
Schema = dict[str, Any]

INTRODUCTION = """\
# endpoint.yaml

Generated from the models in `layers/slipway/slipway/domain/spec`; do not edit by hand.

`models/<endpoint>/endpoint.yaml` in the artifacts bucket says how an endpoint is hosted, released,
scaled, rested and watched. Everything is optional: an empty file, and no file, mean the defaults.
A key that does not exist, a value of the wrong kind and a key given twice are refused with their
line. Anchors, aliases, tags and a second document are refused too.

An editor completes and checks the file with [endpoint.schema.json](endpoint.schema.json): begin it
with `# yaml-language-server: $schema=` and the place of that file.
"""


def endpoint_schema() -> str:
    """Return the JSON Schema of endpoint.yaml."""
    schema = _schema()
    types = sorted(hosting_instance_types())
    hosting = schema["$defs"][Hosting.__name__]["properties"]
    hosting["instance_type"]["enum"] = types
    hosting["fallback_instance_types"]["items"]["enum"] = types
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "endpoint.yaml",
        "description": "How Slipway hosts, releases, scales, rests and watches one endpoint.",
    }
    return json.dumps(head | {k: v for k, v in schema.items() if k not in head}, indent=1) + "\n"


def endpoint_reference() -> str:
    """Return the reference page of endpoint.yaml."""
    defaults = _yaml(EndpointSpec().as_yaml_dict())
    schema = _schema()
    parts = [INTRODUCTION, f"## All defaults\n\n```yaml\n{defaults}```\n"]
    parts += _sections(EndpointSpec, schema, "")
    return "\n".join(parts)


class _YamlSchema(GenerateJsonSchema):
    """Writes defaults as YAML has them: `10m`, not ISO 8601."""

    def encode_default(self, dft: Any) -> Any:
        if isinstance(dft, timedelta):
            return format_duration(dft)
        if isinstance(dft, Section):
            return plain_values(dft)
        return super().encode_default(dft)


def compliance() -> str:
    """Return the page about controls."""
    # Python run with a file looks for modules beside it, and this one is one folder further up.
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    from scripts.compliance.page import compliance_page

    return compliance_page()


def _schema() -> Schema:
    return EndpointSpec.model_json_schema(by_alias=True, schema_generator=_YamlSchema)


def _yaml(values: object) -> str:
    return str(yaml.safe_dump(values, sort_keys=False, default_flow_style=None))


def _sections(model: type[BaseModel], schema: Schema, prefix: str) -> Iterator[str]:
    for name, info in settings_of(model).items():
        section = nested_model(info)
        if section is None:
            continue
        path = prefix + name
        rows = "\n".join(_rows(section, schema))
        head = "| key | value | default | unit | meaning |\n|---|---|---|---|---|"
        example = _yaml(_nest(path, (info.examples or [{}])[0]))
        yield (
            f"## {path}\n\n{info.description}\n\n{head}\n{rows}\n\n"
            f"For example:\n\n```yaml\n{example}```\n"
        )
        yield from _sections(section, schema, f"{path}.")


def _rows(section: type[BaseModel], schema: Schema) -> Iterator[str]:
    properties = schema["$defs"][section.__name__]["properties"]
    for name, info in settings_of(section).items():
        shape = properties[name]
        default = "required" if info.is_required() else f"`{json.dumps(shape.get('default'))}`"
        if nested_model(info) and not info.is_required() and shape.get("default"):
            default = "see below"
        example = f"Example: `{json.dumps((info.examples or [None])[0])}`"
        cells = (
            f"`{name}`",
            _kind(shape),
            default,
            shape.get("x-unit", ""),
            f"{info.description} {example}",
        )
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _kind(shape: Schema) -> str:
    """Return a JSON Schema in words."""
    if "anyOf" in shape:
        return " or ".join(dict.fromkeys(_kind(each) for each in shape["anyOf"]))
    if "const" in shape or "enum" in shape:
        return " or ".join(f"`{each}`" for each in shape.get("enum", [shape.get("const")]))
    if "$ref" in shape:
        return "keys, see below"
    kind = str(shape.get("type", ""))
    if kind == "array":
        return f"list of: {_kind(shape.get('items', {}))}"
    words = {"integer": "whole number", "boolean": "true or false", "object": "keys and values"}
    words |= {"string": "text"}
    return words.get(kind, kind) + _limits(shape)


def _limits(shape: Schema) -> str:
    names = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤"}
    limits = [f"{sign} {shape[name]:g}" for name, sign in names.items() if name in shape]
    return f" ({', '.join(limits)})" if limits else ""


def _nest(path: str, value: object) -> object:
    for part in reversed(path.split(".")):
        value = {part: value}
    return value


# Each page and what it is made by; a page of another part of the code is one more row.
PAGES: dict[str, Callable[[], str]] = {
    "endpoint.schema.json": endpoint_schema,
    "endpoint-yaml.md": endpoint_reference,
    "compliance.md": compliance,
}


def main() -> int:
    """Write or check every page."""
    parser = argparse.ArgumentParser(description="Write the generated pages under docs/.")
    parser.add_argument("--check", action="store_true", help="only tell whether they are current")
    check = parser.parse_args().check
    stale = [name for name, make in PAGES.items() if _differs(DOCS / name, make())]
    for name in stale:
        print(
            f"docs/{name} {'is stale: run python scripts/generate_docs.py' if check else 'written'}"
        )
        if not check:
            (DOCS / name).write_text(PAGES[name](), encoding="utf-8")
    return 1 if check and stale else 0


def _differs(page: Path, text: str) -> bool:
    return not page.exists() or page.read_text(encoding="utf-8") != text


if __name__ == "__main__":
    sys.exit(main())
