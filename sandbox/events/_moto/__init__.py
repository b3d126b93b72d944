"""What this area reads and replaces within moto; nowhere else does it touch moto's insides.

moto stores rules, schedules, topics and queues; it validates loosely and delivers by itself, at
once and without permissions. Each replacement says why it is there. `tests/unit/sandbox_events/
test_moto_under_events.py` fails when moto changes underneath.
"""

from sandbox.events._moto.messaging import Subscription, poll_in_sandbox_time, subscriptions
from sandbox.events._moto.objects import has_event_bridge, stored_object, watch_objects
from sandbox.events._moto.rules import Refused, RuleHooks, StoredRule, event_rules, watch_rules

__all__ = [
    "Refused",
    "RuleHooks",
    "StoredRule",
    "Subscription",
    "event_rules",
    "has_event_bridge",
    "poll_in_sandbox_time",
    "stored_object",
    "subscriptions",
    "watch_objects",
    "watch_rules",
]
