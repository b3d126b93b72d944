"""The buses of the account."""

from __future__ import annotations

import functools
import random
from typing import TYPE_CHECKING, Any

from sandbox.events._moto import event_rules
from sandbox.events.bus.envelope import Envelope, Envelopes
from sandbox.events.bus.targets import Targets
from sandbox.events.bus.transform import payload
from sandbox.events.courier import Courier
from sandbox.events.deadletters import DeadLetters, Lost
from sandbox.events.misdelivery import Misdelivery
from sandbox.events.parcels import GaveUp, Retries
from sandbox.events.patterns import EventPattern, leaves
from sandbox.events.permissions import Permissions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sandbox.account import Account
    from sandbox.events.alarms import Alarms
    from sandbox.events.metrics import Metrics
    from sandbox.events.notifications import Notifications
    from sandbox.events.schedules.scheduler import Scheduler

DEFAULT_BUS = "default"
_SEED = 20260101


class Bus:
    """Takes events in, finds the rules that match and delivers to their targets.

    Attributes
    ----------
    lost
        What AWS would have dropped without a trace: no dead-letter queue, or one that refuses.
    """

    metrics: Metrics
    alarms: Alarms
    scheduler: Scheduler
    notifications: Notifications

    def __init__(self, account: Account) -> None:
        self._account = account
        self.numbers = random.Random(_SEED)
        self.permissions = Permissions(account)
        self.courier = Courier(account.kernel, self.numbers)
        self.letters = DeadLetters(account, self.permissions)
        self.envelopes = Envelopes(account.account_id, account.region, self.numbers)
        self._targets = Targets(account, self.permissions, self.put)

    def now(self) -> datetime:
        """Return the present moment of sandbox time."""
        return self._account.kernel.now()

    @property
    def lost(self) -> list[Lost]:
        """What vanished."""
        return self.letters.lost

    def emit(
        self,
        source: str,
        detail_type: str,
        detail: dict[str, Any],
        resources: Sequence[str] = (),
    ) -> None:
        """Put an event onto the default bus, as a service of AWS does."""
        event = self.envelopes.make(
            source, detail_type, detail, resources=resources, time=self.now()
        )
        self.put(event, DEFAULT_BUS)

    def put(self, event: Envelope, bus: str) -> None:
        """Deliver an event in its envelope to the targets of all rules of a bus that match."""
        rules = event_rules(self._account, bus)
        if rules is None:
            arn = f"arn:aws:events:{self._account.region}:{self._account.account_id}:event-bus/"
            self.lost.append(Lost(arn + bus, arn + bus, str(event), "There is no such event bus."))
            return
        found = leaves(event)
        for rule in rules:
            if rule.enabled and rule.pattern and compiled(rule.pattern).meets(found):
                self.deliver(rule.name, rule.arn, rule.targets, event)

    def deliver(
        self, name: str, rule_arn: str, targets: list[dict[str, Any]], event: Envelope
    ) -> None:
        """Send an event to every target of a rule."""
        for target in list(targets):
            self._deliver(name, rule_arn, dict(target), event)

    def duplicate_next(self, count: int = 1) -> None:
        """Let each of the next deliveries happen twice."""
        self.courier.misdeliveries.add(Misdelivery(None, "twice", times=count))

    def delay_next(self, seconds: float) -> None:
        """Hold the next delivery back, so that later ones overtake it."""
        self.courier.misdeliveries.add(Misdelivery(None, "late", seconds))

    def _deliver(self, name: str, rule_arn: str, target: dict[str, Any], event: Envelope) -> None:
        body = payload(target, event, {"name": name, "arn": rule_arn})

        def give_up(end: GaveUp) -> None:
            self.letters.of_rule(rule_arn, target, body, end)

        self.courier.send(
            f"event of rule {name}",
            lambda: self._targets.deliver(target, body, rule_arn),
            Retries.of(target.get("RetryPolicy")),
            give_up,
        )


@functools.lru_cache(maxsize=1024)
def compiled(pattern: str) -> EventPattern:
    """Compile a stored pattern once."""
    return EventPattern(pattern)
