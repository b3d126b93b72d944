"""`slipway redrive`: what could not be delivered, and what ended without saying why."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.text import Text

from slipway.adapters.clients import client
from slipway_cli.dead_letters import MOST, DeadLetters
from slipway_cli.failed_executions import FailedExecutions, Failure
from slipway_cli.problems import Problem, WrongUse, explained
from slipway_cli.stack import find_stack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from slipway_cli.letters import Letter
    from slipway_cli.stack import Stack

SOURCE, DETAIL_TYPE = "slipway.operator", "Redrive"


@dataclass(frozen=True)
class Wish:
    """What a person wants.

    Parameters
    ----------
    ids : sequence of str
        What to drive on; none and not `everything` only lists.
    forget : bool
        Whether dead letters are deleted instead.
    by : str
        Empty for the AWS identity of the caller.
    """

    ids: Sequence[str] = ()
    everything: bool = False
    forget: bool = False
    reason: str = ""
    by: str = ""


def redrive(wish: Wish, *, stack: str, as_json: bool, console: Console) -> bool:
    """List or drive on; return whether all that was wanted could be done.

    Raises
    ------
    WrongUse
        There is nothing of a name that was given.
    """
    found = find_stack(stack)
    letters, failures = DeadLetters(found), FailedExecutions(found)
    held = letters.list_letters()
    waiting: list[Letter | Failure] = [*held, *failures.list_failures()]
    chosen = _chosen(wish, waiting)
    if not wish.ids and not wish.everything:
        letters.release(held)
        _show(waiting, as_json=as_json, console=console)
        _tell_of_more(letters, as_json=as_json, console=console)
        return True
    done = [each for each in chosen if _drive(each, wish, letters, failures, console)]
    letters.release([each for each in held if each not in done])
    _tell(found, done, wish)
    _tell_of_more(letters, as_json=as_json, console=console)
    return len(done) == len(chosen)


def _chosen(wish: Wish, waiting: Sequence[Letter | Failure]) -> list[Letter | Failure]:
    if wish.everything:
        return list(waiting)
    known = {each.id: each for each in waiting}
    unknown = [each for each in wish.ids if each not in known]
    if unknown:
        raise WrongUse(f"Nothing waits as {', '.join(unknown)}; see `slipway redrive`.")
    return [known[each] for each in wish.ids]


def _show(waiting: Sequence[Letter | Failure], *, as_json: bool, console: Console) -> None:
    if as_json:
        console.file.write(json.dumps([each.as_dict() for each in waiting], indent=2) + "\n")
        return
    if not waiting:
        console.print("No dead letters, and no execution that ended without saying why.")
    for each in waiting:
        shown = each.as_dict()
        line = Text(shown["id"], style="bold")
        line.append(f"  {shown['at']}  {shown['what']}", style="dim")
        if shown["why"]:
            line.append(f"  {shown['why']}")
        console.print(line, soft_wrap=True)


def _tell_of_more(letters: DeadLetters, *, as_json: bool, console: Console) -> None:
    if letters.more and not as_json:
        console.print(f"There may be more: a queue is looked at {MOST} letters at a time.")


def _drive(
    each: Letter | Failure,
    wish: Wish,
    letters: DeadLetters,
    failures: FailedExecutions,
    console: Console,
) -> bool:
    try:
        with explained():
            words = _go(each, wish, letters, failures)
    except Problem as problem:
        console.print(Text(f"{each.id}: {problem}", style="yellow"), soft_wrap=True)
        return False
    console.print(Text(f"{each.id}: {words}"), soft_wrap=True)
    return True


def _go(
    each: Letter | Failure, wish: Wish, letters: DeadLetters, failures: FailedExecutions
) -> str:
    if isinstance(each, Failure):
        if wish.forget:
            raise Problem("an execution cannot be forgotten; only dead letters can.")
        return f"goes on as {failures.drive_on(each)}"
    if wish.forget:
        letters.forget(each)
        return "forgotten"
    return f"delivered again to {', '.join(letters.deliver(each))}"


def _tell(stack: Stack, driven: Sequence[Letter | Failure], wish: Wish) -> None:
    """Leave in the journal who did this, and why."""
    if not driven:
        return
    by = wish.by or str(client("sts").get_caller_identity()["Arn"])
    action = "forget" if wish.forget else "redrive"
    entries = [
        {
            "EventBusName": stack.event_bus,
            "Source": SOURCE,
            "DetailType": DETAIL_TYPE,
            "Detail": json.dumps(_detail(each, action, by, wish.reason)),
        }
        for each in driven
    ]
    for entry in entries:
        answer = client("events").put_events(Entries=[entry])
        if answer.get("FailedEntryCount"):
            words = answer["Entries"][0].get("ErrorMessage")
            raise Problem(f"It was done, but the bus did not take the note of it: {words}")


def _detail(each: Letter | Failure, action: str, by: str, reason: str) -> dict[str, str]:
    endpoint = each.endpoint if isinstance(each, Failure) else ""
    words = f"{each.what} ({each.id}): {reason or 'no reason given'}"
    return {"endpoint": endpoint, "command": action, "by": by, "reason": words}
