"""The commands about drift; what they do is elsewhere."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from slipway_cli.terminal import answered, output

if TYPE_CHECKING:
    from collections.abc import Iterator

CANNOT_TELL = 2

drift = typer.Typer(
    name="drift",
    help="Compare captured requests with what a model was trained on.",
    no_args_is_help=True,
)
Out = Annotated[Path, typer.Option("--out", file_okay=False, help="The folder to write to.")]
Label = Annotated[
    str, typer.Option(help="The column that holds the label: what predictions stand for.")
]

Mask = Annotated[
    list[str] | None,
    typer.Option(
        help="A column whose values are neither counted nor shown; may be repeated.",
        show_default=False,
    ),
]


@drift.command()
def baseline(
    csv: Annotated[
        Path,
        typer.Argument(
            exists=True,
            dir_okay=False,
            readable=True,
            help="Training data with a header.",
            show_default=False,
        ),
    ],
    out: Out,
    label: Label = "",
    mask: Mask = None,
) -> None:
    """Write statistics.json and constraints.json of training data, as Model Monitor does."""
    with _certain():
        from slipway_cli.drift_baseline import write_baseline

        write_baseline(csv, out, label=label, mask=mask or (), console=output)


@drift.command()
def check(  # noqa: PLR0913, PLR0917 - the options of the command, which Typer passes by name
    captures: Annotated[
        list[str],
        typer.Argument(help="Files, folders, s3:// addresses; gzip too.", show_default=False),
    ],
    baseline: Annotated[
        Path,
        typer.Option(
            exists=True,
            file_okay=False,
            readable=True,
            help="A folder of `drift baseline`, or with Model Monitor's own files.",
        ),
    ],
    out: Out,
    label: Label = "",
    spec: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, readable=True, help="Tests, limits, masks: endpoint.yaml."
        ),
    ] = None,
    mask: Mask = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Say whether captures drifted: exit 0 if not, 1 if so, 2 if it cannot be told."""
    with _certain():
        from slipway_cli.drift_check import Request, check_captures

        request = Request(captures, baseline, out, label, spec, mask or ())
        verdict = check_captures(request, as_json=as_json, console=output)
    raise typer.Exit({"no-drift": 0, "drift": 1}.get(verdict, CANNOT_TELL))


@contextmanager
def _certain() -> Iterator[None]:
    """Keep 1 for drift: whatever goes wrong, also what nobody foresaw, ends with 2."""
    try:
        with answered(failed=CANNOT_TELL, stopped="\nStopped; nothing was written."):
            yield
    except typer.Exit:
        raise
    except Exception as error:
        sys.excepthook(type(error), error, error.__traceback__)
        raise typer.Exit(CANNOT_TELL) from error
