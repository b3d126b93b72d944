"""Looks at traffic: whatever fails, each request is counted once, and what is found told once."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

from sandbox.proving import ledger
from tests.prove.acts import holding, release_first, start
from tests.prove.parts import spec_of
from tests.unit.drift_runs.captures import line

if TYPE_CHECKING:
    from sandbox.proving import World
    from sandbox.proving.ledger import Item

_DETECTED = "Model Drift Detected"
_ROWS, _FILES = 100, 3
_SETTLED = 600.0
# Until all of an hour's truth is there.
_DAYS = 50 * 3600.0
_LIMITS = "{problem: binary, minimum: 100, limits: {accuracy: 0.9}}"


class Look:
    """A look at traffic that has drifted.

    However often a call fails, the next look counts what this one would have counted, and tells
    what it would have told.

    Attributes
    ----------
    more
        What endpoint.yaml says of drift besides.
    mean
        Around which requests are, that were around 0 in training.
    """

    name = "a look at traffic that drifts"
    family = "drift"
    workflows = frozenset({"drift"})
    more = ""
    mean = 2.0

    def prepare(self, world: World) -> None:
        drift = f"drift: {{label: label, schedule: 'cron(0 0 1 * ? *)'{self.more}}}\n"
        world.spec(spec_of(drift=drift))
        numbers = random.Random(world.endpoint)
        world.sandbox.put(f"models/{world.endpoint}/1/baseline.csv", _training(numbers))
        release_first(world)
        for file in range(_FILES):
            _capture(world, file, numbers, self.mean)
        world.sandbox.advance(_SETTLED)

    def act(self, world: World) -> None:
        start(world, "Drift")

    def conclude(self, world: World) -> None:
        world.finish()

    def judge(self, world: World, releases: list[Item]) -> list[str]:
        if not self.is_over(_known(world)):
            # What fails for ever is over by now, and the schedule is due.
            start(world, "Drift")
            world.finish()
        known = _known(world)
        problems = holding(world)
        problems += [f"its {part} is left" for part in ("run", "telling") if known.get(part)]
        looks = _looks(known)
        counted = [int(each["rows"]) for each in looks]
        # What expires between listing and reading is known to be missed.
        missed = _ROWS * sum(int(each["gone"]) for each in looks)
        if sum(counted) + missed != _ROWS * _FILES:
            problems.append(f"{counted} rows counted of {_ROWS * _FILES}, {missed} missed")
        if not self.is_over(known):
            problems.append(f"not looked at: {[e['reason'] for e in known.get('history', [])]}")
        told, delivered = _told(world)
        if len(told) != 1 or not delivered:
            problems.append(f"drift told as {sorted(told)}, delivered {delivered} times")
        return problems

    def is_over(self, known: Item) -> bool:
        """Tell whether everything was counted and judged."""
        return any(_looks(known)) and not known.get("run")


class LateTruth(Look):
    """A look at which it turns out that the model was wrong for days."""

    name = "a look at truth that comes late"
    more = f", quality: {_LIMITS}"
    mean = 0.0

    def prepare(self, world: World) -> None:
        super().prepare(world)
        start(world, "Drift")
        world.finish()
        world.sandbox.advance(_DAYS)
        _tell_truth(world)
        world.sandbox.advance(_SETTLED)

    def is_over(self, known: Item) -> bool:
        figures = (known.get("truths") or {}).get("figures") or {}
        right = int(figures.get("rows", 0)) == _ROWS * _FILES
        return right and super().is_over(known)


def _training(numbers: random.Random) -> bytes:
    drawn = ((numbers.gauss(0, 1), numbers.gauss(0, 1), n % 2) for n in range(1000))
    told = [f"{a:.4f},{b:.4f},{label}" for a, b, label in drawn]
    return "\n".join(["a,b,label", *told, ""]).encode()


def _capture(world: World, file: int, numbers: random.Random, mean: float) -> None:
    live = ledger.read(world.sandbox).endpoints[world.endpoint]["live"]
    folder = f"capture/{world.endpoint}/{live['variant']}"
    told = [
        line(
            f"{numbers.gauss(mean, 1):.4f},{numbers.gauss(0, 1):.4f}",
            "0.9",
            event=f"{file}-{number}",
        )
        for number in range(_ROWS)
    ]
    hour = f"{world.sandbox.kernel.now():%Y/%m/%d/%H}"
    _put(world, f"{folder}/{hour}/{file}.jsonl", b"\n".join([*told, b""]))


def _tell_truth(world: World) -> None:
    """Say that every second answer was wrong."""
    told = [
        {
            "groundTruthData": {"data": str(number % 2), "encoding": "CSV"},
            "eventMetadata": {"eventId": f"{file}-{number}"},
            "eventVersion": "0",
        }
        for file in range(_FILES)
        for number in range(_ROWS)
    ]
    key = f"groundtruth/{world.endpoint}/{world.sandbox.kernel.now():%Y/%m/%d/%H}/truth.jsonl"
    _put(world, key, "\n".join(map(json.dumps, told)).encode())


def _put(world: World, key: str, content: bytes) -> None:
    bucket = world.sandbox.outputs["MonitoringBucketName"]
    world.sandbox.client("s3").put_object(Bucket=bucket, Key=key, Body=content)


def _known(world: World) -> Item:
    return ledger.read(world.sandbox).watched.get(world.endpoint, {})


def _looks(known: Item) -> list[dict[str, Any]]:
    """Return the looks that have counted something."""
    history = known.get("history", [])
    return [each for each in history if each["verdict"] != "failed" and each["rows"]]


def _told(world: World) -> tuple[set[str], int]:
    """Return the episodes that were told, and how often the bus took one."""
    told, delivered = set(), 0
    for record in world.records:
        if record.operation != "PutEvents":
            continue
        for entry in record.params["Entries"]:
            detail = json.loads(entry["Detail"])
            if entry["DetailType"] == _DETECTED and detail["endpoint"] == world.endpoint:
                told.add(str(detail["episode"]))
                delivered += record.error is None
    return told, delivered
