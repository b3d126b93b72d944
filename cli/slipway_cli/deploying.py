"""`slipway deploy`."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from slipway.adapters.clients import client
from slipway.adapters.ledger import Ledger
from slipway.domain.naming import ModelDrop, check_endpoint_name, check_version_name
from slipway_cli.showing import StepLog, outcome_line
from slipway_cli.stack import Stack, find_stack
from slipway_cli.upload import dropped, pieces, sha256_of, upload
from slipway_cli.watching import View, follow

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rich.console import Console

    from slipway.domain.release import Drop
    from slipway_cli.upload import Piece

# Seconds between two looks: AWS throttles the reading of histories, the sandbox does not.
_INTERVAL, _SANDBOX_INTERVAL = 3.0, 0.3


@dataclass(frozen=True)
class Request:
    """What is to be deployed."""

    endpoint: str
    version: str
    model: Path
    spec: Path | None = None
    baseline: Sequence[Path] = ()
    smoke: Path | None = None

    @property
    def drop(self) -> ModelDrop:
        """Where it goes; raises InvalidKey for a wrong name."""
        return ModelDrop(check_endpoint_name(self.endpoint), check_version_name(self.version))


def deploy_version(request: Request, *, stack: str, watch: bool, console: Console) -> bool:
    """Upload a version and, if wanted, follow its release.

    Returns
    -------
    bool
        Whether the release succeeded; True without watching.
    """
    name = request.drop
    parts = pieces(
        name, request.model, spec=request.spec, baseline=request.baseline, smoke=request.smoke
    )
    found = find_stack(stack)
    version_id = _upload(found.artifact_bucket, parts, console)
    drop = dropped(found.artifact_bucket, name, version_id)
    console.print(
        f"Dropped [bold]{name.key}[/] into {found.artifact_bucket}; release {drop.release}",
        soft_wrap=True,
    )
    if not watch:
        console.print(f"Follow it with: slipway status {request.endpoint}", style="dim")
        return True
    return _watch(found, drop, request.model, console)


def _upload(bucket: str, parts: Sequence[Piece], console: Console) -> str:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    # Where nobody looks, a bar that is wiped out again would leave an empty line.
    unseen = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=unseen) as progress:
        task = progress.add_task("Uploading", total=sum(part.size for part in parts))
        by = str(client("sts").get_caller_identity()["Arn"])
        return upload(bucket, parts, lambda sent: progress.update(task, advance=sent), by)


def _watch(stack: Stack, drop: Drop, model: Path, console: Console) -> bool:
    interval = _SANDBOX_INTERVAL if os.environ.get("AWS_ENDPOINT_URL") else _INTERVAL
    log, view = StepLog(console), View("waiting")
    with console.status("The drop is on its way to the workflow") as spinner:
        for view in follow(Ledger(stack.ledger_table), drop, sha256_of(model), interval=interval):
            spinner.update(log.show(view))
    console.print(outcome_line(drop.endpoint, drop.version, view), soft_wrap=True)
    return view.outcome in {"succeeded", "unchanged"}
