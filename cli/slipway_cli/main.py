"""The commands and their options; what they do is elsewhere."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from slipway_cli.drifting import drift
from slipway_cli.operating import StackName, add_commands
from slipway_cli.terminal import answered, output

app = typer.Typer(
    name="slipway",
    help="Release models to Amazon SageMaker by dropping them into S3.",
    epilog="Speaks to the account of AWS_PROFILE and AWS_DEFAULT_REGION, or to AWS_ENDPOINT_URL.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
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
Smoke = Annotated[
    Path | None,
    typer.Option(exists=True, dir_okay=False, readable=True, help="Golden requests, smoke.jsonl."),
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
    ] = None,
    smoke: Smoke = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Follow the release; exit 0 if it succeeds, else 1.")
    ] = False,
    stack: StackName = "slipway",
) -> None:
    """Drop a model: upload it with what belongs to it, the artifact last."""
    from slipway_cli.deploying import Request, deploy_version

    request = Request(endpoint, version, model, spec, tuple(baseline or ()), smoke)
    with answered():
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

    with answered():
        report_status(endpoint, stack=stack, as_json=as_json, console=output)


@app.command()
def validate(
    model: Model,
    spec: Spec = None,
    smoke: Smoke = None,
    region: Annotated[
        str, typer.Option(help="The region whose images count.", envvar="AWS_DEFAULT_REGION")
    ] = "us-east-1",
) -> None:
    """Inspect a model and its settings as the release will, without any account."""
    from slipway_cli.validating import validate_version

    with answered():
        valid = validate_version(model, spec, smoke, region=region, console=output)
    raise typer.Exit(0 if valid else 1)


@app.command()
def history(
    endpoint: Annotated[str, typer.Argument(help="The endpoint's name.", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    stack: StackName = "slipway",
) -> None:
    """Show an endpoint's releases with verdicts, reasons and commands."""
    from slipway_cli.history import report_history

    with answered():
        report_history(endpoint, stack=stack, as_json=as_json, console=output)


@app.command()
def audit(
    endpoint: Annotated[
        str, typer.Argument(help="Only this one; without it, all.", show_default=False)
    ] = "",
    since: Annotated[str, typer.Option(help="Only from this moment on, such as 2026-03-01.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="For spreadsheets.")] = False,
    stack: StackName = "slipway",
) -> None:
    """Show who did what, when and why: drops, verdicts, commands, settings, bursts, nights."""
    from slipway_cli.auditing import report_audit

    form: Literal["text", "json", "csv"] = "json" if as_json else "csv" if as_csv else "text"
    with answered():
        report_audit(endpoint, since, stack=stack, form=form, console=output)


add_commands(app)
app.add_typer(drift)

if __name__ == "__main__":
    sys.exit(app())
