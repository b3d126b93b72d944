"""Tells the story, a chapter at a time."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from examples.demo.account import account
from examples.demo.second_act import SecondAct, Version
from examples.demo.story import Story
from examples.demo.third_act import Patients, ThirdAct
from examples.demo.training import EXAMPLE, Trained, Training, serving_image, train
from slipway.adapters.clients import client
from slipway.adapters.ledger import Ledger
from slipway_cli.deploying import Request, deploy_version
from slipway_cli.problems import Problem, explained
from slipway_cli.reporting import report_status
from slipway_cli.showing import duration
from slipway_cli.stack import find_stack

if TYPE_CHECKING:
    from sandbox.account import Account

ENDPOINT, VERSION, SHOWN = "diabetes", "1", 5


def main() -> int:
    """Tell it; return the exit code."""
    console = Console(highlight=False)
    story = Story(console)
    began = time.perf_counter()
    console.print("[bold]Slipway[/]: a model dropped into S3 becomes a served endpoint.")
    with ExitStack() as opened:
        opened.enter_context(explained())
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        trained = _train(story, console, folder)
        with console.status("Deploying template.yaml into a sandbox"):
            sandbox = opened.enter_context(account())
        good = _release(story, console, sandbox, trained)
        good = good and _second_act(story, console, sandbox, folder)
    took = duration(time.perf_counter() - began)
    console.print(f"\nAll of it in {took}. Your turn: [bold]make sandbox[/]")
    return 0 if good else 1


def _train(story: Story, console: Console, folder: Path) -> Trained:
    image = serving_image()
    story.chapter("Train a model", f"with the packages of AWS's {image.name} container")
    with console.status(f"Making the environment {image.name} (the first time), training"):
        trained = train(image, folder / "1")
    report = trained.report
    story.say(
        f"{report['model']}, on {report['rows']} patients with {report['features']} measurements "
        f"each: explains {report['explained']:.0%} of how their diabetes went on"
    )
    size = trained.model.stat().st_size / 1000
    story.say(f"packed as model.tar.gz, {size:.1f} kB, with golden requests in smoke.jsonl")
    return trained


def _release(story: Story, console: Console, sandbox: Account, trained: Trained) -> bool:
    story.chapter("An AWS account", f"the sandbox at {sandbox.url}, {sandbox.kernel.speed:g} x")
    resources = client("cloudformation").list_stack_resources(StackName="slipway")
    story.say(f"{len(resources['StackResourceSummaries'])} resources of template.yaml deployed")
    story.chapter("Drop it", "over the S3 API; steps with the time of the sandbox")
    story.command(
        f"slipway deploy model.tar.gz --endpoint {ENDPOINT} --version {VERSION}",
        "--spec endpoint.yaml --baseline baseline.csv --smoke smoke.jsonl --watch",
    )
    spec, baseline = EXAMPLE / "endpoint.yaml", [trained.baseline]
    request = Request(ENDPOINT, VERSION, trained.model, spec, baseline, trained.smoke)
    if not deploy_version(request, stack="slipway", watch=True, console=console):
        return False
    equal = _ask(story, console, trained.report)
    _records(story, console)
    return equal


def _ask(story: Story, console: Console, report: dict[str, Any]) -> bool:
    story.chapter("Ask it", "patients that it has not seen; beside it the same model without AWS")
    answer = client("sagemaker-runtime").invoke_endpoint(
        EndpointName=ENDPOINT, ContentType="text/csv", Accept="text/csv", Body=report["request"]
    )
    served = [float(line) for line in answer["Body"].read().split()]
    table = Table(box=None, padding=(0, 3), header_style="dim")
    for title in ("patient", "endpoint", "local model", "truth"):
        table.add_column(title, justify="right")
    for row in range(SHOWN):
        truth, local = report["truth"][row], report["answers"][row]
        table.add_row(f"{row + 1}", f"{served[row]:.6f}", f"{local:.6f}", f"{truth:.0f}")
    console.print(table)
    same: int = sum(a == b for a, b in zip(served, report["answers"], strict=True))
    colour = "green" if same == len(served) else "red"
    story.say(f"[{colour}]{same} of {len(served)} answers equal, to the last digit[/]")
    return same == len(served)


def _records(story: Story, console: Console) -> None:
    story.chapter("What it leaves behind", "a record, alarms and a dashboard")
    story.command(f"slipway status {ENDPOINT}")
    report_status(ENDPOINT, stack="slipway", as_json=False, console=console)
    stack = find_stack("slipway")
    ledger = Ledger(stack.ledger_table)
    made = ledger.list_releases(ENDPOINT)[-1].made
    board = client("cloudwatch").get_dashboard(DashboardName=made["dashboard"])
    graphs = len(json.loads(board["DashboardBody"])["widgets"])
    story.say(
        f"\n{len(made['alarms'])} alarms; a dashboard of {graphs} graphs, which AWS would show at\n"
        f"https://{stack.region}.console.aws.amazon.com/cloudwatch/home?region={stack.region}"
        f"#dashboards/dashboard/{made['dashboard']}"
    )


def _second_act(story: Story, console: Console, sandbox: Account, folder: Path) -> bool:
    image = serving_image()
    with console.status("Training three more versions"):
        good = train(image, folder / "2", Training(trees=180))
        narrow = train(image, folder / "3", Training(columns=9))
        subtle = train(image, folder / "4", Training(trees=150))
    versions = [
        Version("2", good, "succeeded", "A better version", "in steps, under live traffic"),
        Version("3", narrow, "rolled-back", "A broken version", "made for 9 of 10 measurements"),
        Version("4", subtle, "rolled-back", "A bad version", "5 % errors once users come", True),
    ]
    patients = Patients(good.report["request"].splitlines())
    users = SecondAct(ENDPOINT, story, console, sandbox).play(patients, versions)
    return users is not None and ThirdAct(ENDPOINT, story, console).play(patients, users)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Problem as problem:
        sys.exit(f"The demo ended early: {problem}")
