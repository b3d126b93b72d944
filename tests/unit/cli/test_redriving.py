"""`slipway redrive` ends, whatever lies in the queues, and goes on where AWS refuses."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from botocore.exceptions import ClientError
from rich.console import Console

from slipway_cli import dead_letters, failed_executions, redriving
from slipway_cli.redriving import Wish, redrive

MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:release"


class FakeQueue:
    """SQS with one queue, and whatever else is asked while letters are driven on.

    Parameters
    ----------
    count
        How many letters it holds.
    again
        Letters come again although they are held, as after a look that takes too long.
    refused
        Ids of letters whose target is busy.
    """

    def __init__(self, count: int, *, again: bool = False, refused: tuple[str, ...] = ()) -> None:
        self.letters = {f"l{number}": f'{{"number": {number}}}' for number in range(count)}
        self.released: list[str] = []
        self.noted = 0
        self._again, self._refused = again, refused
        self._seen = 0

    def receive_message(self, **_: Any) -> dict[str, Any]:
        waiting = list(self.letters)
        if self._again and self._seen >= len(waiting):
            self._seen = 0
        shown = waiting[self._seen : self._seen + 10]
        self._seen += len(shown)
        return {"Messages": [self._message(each) for each in shown]} if shown else {}

    def change_message_visibility(self, *, ReceiptHandle: str, **_: Any) -> None:  # noqa: N803 - boto's
        self.released.append(ReceiptHandle)

    def delete_message(self, *, ReceiptHandle: str, **_: Any) -> None:  # noqa: N803 - boto's
        del self.letters[ReceiptHandle]

    def start_execution(self, *, name: str, **_: Any) -> dict[str, str]:
        if name.removeprefix("letter-") in self._refused:
            error = {"Code": "ThrottlingException", "Message": "Rate exceeded"}
            raise ClientError({"Error": error}, "StartExecution")
        return {"executionArn": name}

    def put_events(self, **_: Any) -> dict[str, int]:
        self.noted += 1
        return {"FailedEntryCount": 0}

    class exceptions:  # noqa: N801 - boto's
        class ExecutionAlreadyExists(Exception):  # noqa: N818 - boto's
            """Nobody raises it here."""

    @staticmethod
    def _message(name: str) -> dict[str, Any]:
        target = {"TARGET_ARN": {"StringValue": MACHINE}}
        return {"MessageId": name, "ReceiptHandle": name, "Body": "{}", "MessageAttributes": target}


class FakeStack:
    event_bus, machines, ledger_table = "bus", (), "ledger"

    @staticmethod
    def physical_ids(kind: str) -> list[str]:
        return ["queue"] if kind == "AWS::SQS::Queue" else []


def run(queue: FakeQueue, monkeypatch: pytest.MonkeyPatch, **wish: Any) -> tuple[bool, str]:
    for module in (dead_letters, failed_executions, redriving):
        monkeypatch.setattr(module, "client", lambda _: queue)
    monkeypatch.setattr(redriving, "find_stack", lambda _: FakeStack())
    told = StringIO()
    wanted = Wish(**wish, by="somebody")
    done = redrive(wanted, stack="slipway", as_json=False, console=Console(file=told, width=200))
    return done, told.getvalue()


@pytest.mark.parametrize("count", [0, 3, 10, 25])
def test_all_letters_are_listed_and_let_go(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    queue = FakeQueue(count)
    done, told = run(queue, monkeypatch)
    assert done
    assert len(queue.released) == count
    assert told.count("input of") == count


def test_letters_that_come_again_are_listed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = FakeQueue(25, again=True)
    _, told = run(queue, monkeypatch)
    assert told.count("input of") == 25


def test_a_very_full_queue_is_looked_at_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dead_letters, "MOST", 20)
    queue = FakeQueue(100)
    _, told = run(queue, monkeypatch)
    assert told.count("input of") == 20
    assert "There may be more" in told


def test_what_aws_refuses_does_not_end_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = FakeQueue(3, refused=("l1",))
    done, told = run(queue, monkeypatch, everything=True)
    assert not done
    assert "l1: " in told
    assert "Rate exceeded" in told
    assert list(queue.letters) == ["l1"]
    assert (queue.released, queue.noted) == (["l1"], 2)


def test_a_letter_of_anything_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = FakeQueue(2)
    deep = "[" * 200_000
    monkeypatch.setattr(queue, "_message", lambda name: {**FakeQueue._message(name), "Body": deep})
    done, told = run(queue, monkeypatch)
    assert done
    assert told.count("input of 200000 characters") == 2
