"""`slipway validate`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from slipway.domain.errors import DomainError
from slipway_cli.rehearsal import rehearse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from rich.console import Console

    from slipway.domain.planning import ReleasePlan

_LAYOUTS = {
    "sklearn-bare": "a bare scikit-learn model; Slipway adds its script",
    "sklearn-script": "a scikit-learn model with its own script",
    "xgboost": "an XGBoost model",
    "custom": "as the custom image wants it",
}


def validate_version(
    model: Path, spec: Path | None, smoke: Path | None, *, region: str, console: Console
) -> bool:
    """Inspect and plan as the release will, and print what was found.

    Returns
    -------
    bool
        Whether the release would accept it.
    """
    try:
        inspection, plan = rehearse(model, spec, smoke, region)
    except DomainError as refusal:
        console.print(Text.assemble(("refused", "bold red"), f"  {refusal}"), soft_wrap=True)
        return False
    console.print(Text.assemble(("valid", "bold green"), f"  {model}"), soft_wrap=True)
    table = Table.grid(padding=(0, 2, 0, 2))
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    for name, text in _lines(inspection, plan):
        table.add_row(name, Text(text))
    console.print(table)
    return True


def _lines(inspection: Mapping[str, Any], plan: ReleasePlan) -> Iterator[tuple[str, str]]:
    members = inspection["members"]
    yield "layout", _LAYOUTS[inspection["layout"]]
    yield "content", f"{members['count']} in the archive, {members['bytes']:,} bytes unpacked"
    yield "sha256", inspection["sha256"]
    for model in inspection["models"]:
        yield "model", _model(model)
    yield "tests", f"{inspection['smoke']['requests']} golden requests"
    yield "image", plan.image
    yield "plan", str(plan)
    for warning in (*inspection["warnings"], *plan.notes):
        yield "warning", warning


def _model(model: Mapping[str, Any]) -> str:
    versions = [f"{package} {version}" for package, version in model["versions"].items()]
    parts = (model["path"], model["format"], model["model_class"], *versions)
    return ", ".join(part for part in parts if part)
