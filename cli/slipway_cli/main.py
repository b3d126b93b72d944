"""The commands and their options; what they do is elsewhere."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from slipway_cli.problems import Problem, explained

if TYPE_CHECKING:
    from collections.abc import Iterator

app = typer.Typer(
    name="slipway",
    help="Release models to Amazon SageMaker by dropping them into S3.",
    epilog="Speaks to the account of AWS_PROFILE and AWS_DEFAULT_REGION, or to AWS_ENDPOINT_URL.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
output = Console(highlight=False)
errors = Console(stderr=True, highlight=False)

INTERRUPTED = 130
StackName = Annotated[str, typer.Option("--stack", help="The CloudFormation stack.")]
Model = Annotated[
    Path,
    typer.Argument(
        exists=True, dir_okay=False, readable=True, help="The model.tar.gz.", show_default=False
    ),
]
Spec = Annotated[
    Path | None,
    typer.Option(
        exists=True, dir_okay=False, readable=True, help="The endpoint's settings, endpoint.yaml."
    ),
]


@app.callback()
def main() -> None:
    """Keep the commands' names even while there is one only."""


@app.command()
def deploy(  # noqa: PLR0913, PLR0917 - the options of the command, which Typer passes by name
    model: Model,
    endpoint: Annotated[str, typer.Option(help="The endpoint's name.")],
    version: Annotated[str, typer.Option(help="The version's name.")],
    spec: Spec = None,
    baseline: Annotated[
        list[Path] | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            readable=True,
            help="The training data as .csv, or statistics.json and constraints.json.",
        ),
    ] = None,  # fmt: skip
    smoke: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, readable=True, help="Golden requests, smoke.jsonl."
        ),
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Follow the release; exit 0 if it succeeds, else 1.")
    ] = False,
    stack: StackName = "slipway",
) -> None:
    """Drop a model: upload it with what belongs to it, the artifact last."""
    from slipway_cli.deploying import Request, deploy_version

    request = Request(endpoint, version, model, spec, tuple(baseline or ()), smoke)
    with _answered():
        succeeded = deploy_version(request, stack=stack, watch=watch, console=output)
    raise typer.Exit(0 if succeeded else 1)


@app.command()
def status(
    endpoint: Annotated[str, typer.Argument(help="Only this one.", show_default=False)] = "",
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    stack: StackName = "slipway",
) -> None:
    """Show what is live and what every release did."""
    from slipway_cli.reporting import report_status

    with _answered():
        report_status(endpoint, stack=stack, as_json=as_json, console=output)


@app.command()
def validate(
    model: Model,
    spec: Spec = None,
    region: Annotated[
        str, typer.Option(help="The region whose images count.", envvar="AWS_DEFAULT_REGION")
    ] = "us-east-1",
) -> None:
    """Inspect a model and its settings as the release will, without any account."""
    from slipway_cli.validating import validate_version

    with _answered():
        valid = validate_version(model, spec, region=region, console=output)
    raise typer.Exit(0 if valid else 1)


@contextmanager
def _answered() -> Iterator[None]:
    """Turn a problem into a line on stderr and an exit code."""
    try:
        with explained():
            yield
    except Problem as problem:
        errors.print(f"[bold red]error[/]  {_plain(str(problem))}", soft_wrap=True)
        raise typer.Exit(problem.exit_code) from problem
    except KeyboardInterrupt as interrupt:
        errors.print("\nStopped looking; a release that was started goes on. See `slipway status`.")
        raise typer.Exit(INTERRUPTED) from interrupt


def _plain(text: str) -> str:
    from rich.markup import escape

    return escape(text)


if __name__ == "__main__":
    sys.exit(app())
