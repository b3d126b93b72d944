"""The commands of people to releases; what they do is elsewhere."""

from __future__ import annotations

from typing import Annotated

import typer

from slipway_cli.terminal import answered, output

StackName = Annotated[str, typer.Option("--stack", help="The CloudFormation stack.")]
EndpointName = Annotated[str, typer.Argument(help="The endpoint's name.", show_default=False)]
Reason = Annotated[str, typer.Option(help="Why; the history keeps it.")]
By = Annotated[str, typer.Option(help="Who; without it, the AWS identity.")]
Wait = Annotated[bool, typer.Option(help="Wait for the answer; exit 1 if it is refused.")]

Release = Annotated[
    str,
    typer.Option(
        help="Which release; without it the one that runs, for a rollback the one before."
    ),
]

COMMANDS = {
    "approve": "Let a release that waits for a person go on.",
    "pause": "Let a release wait before its next step; a bake goes on.",
    "resume": "Take a pause back.",
    "abort": "End a release: what served before serves again.",
    "rollback": "Go back to a release that served before: at once while it stands by.",
}


def add_commands(app: typer.Typer) -> None:
    """Add one command for each thing that can be commanded."""
    for name, words in COMMANDS.items():
        _add(app, name, words)
    app.command(name="sleep")(_sleep)
    app.command(name="wake")(_wake)
    app.command(name="redrive")(_redrive)


def _add(app: typer.Typer, name: str, words: str) -> None:
    @app.command(name, help=words)
    def command(  # noqa: PLR0913, PLR0917 - the options, which Typer passes by name
        endpoint: EndpointName,
        release: Release = "",
        reason: Reason = "",
        by: By = "",
        wait: Wait = True,
        stack: StackName = "slipway",
    ) -> None:
        from slipway_cli.commanding import Order, command_release

        order = Order(name, endpoint, release, reason, by)
        with answered():
            obeyed = command_release(order, stack=stack, wait=wait, console=output)
        raise typer.Exit(0 if obeyed else 1)


def _sleep(
    endpoint: EndpointName,
    until: Annotated[
        str, typer.Option(help="When to wake; without it, the next time in its settings.")
    ] = "",
    stack: StackName = "slipway",
) -> None:
    """Send an endpoint to sleep: it costs nothing until it wakes."""
    from slipway_cli.resting import rest

    with answered():
        rest("sleep", endpoint, until, stack=stack, console=output)


def _wake(endpoint: EndpointName, stack: StackName = "slipway") -> None:
    """Wake an endpoint that sleeps."""
    from slipway_cli.resting import rest

    with answered():
        rest("wake", endpoint, "", stack=stack, console=output)


def _redrive(  # noqa: PLR0913, PLR0917 - the options, which Typer passes by name
    ids: Annotated[
        list[str] | None, typer.Argument(help="What to drive on; without any, list all that waits.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that waits.")] = False,
    forget: Annotated[
        bool, typer.Option("--forget", help="Delete dead letters instead of delivering them.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    reason: Reason = "",
    by: By = "",
    stack: StackName = "slipway",
) -> None:
    """List dead letters and executions that ended without saying why, and drive them on."""
    from slipway_cli.redriving import Wish, redrive

    wish = Wish(tuple(ids or ()), everything, forget, reason, by)
    with answered():
        done = redrive(wish, stack=stack, as_json=as_json, console=output)
    raise typer.Exit(0 if done else 1)
