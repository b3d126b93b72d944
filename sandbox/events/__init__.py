"""EventBridge, Scheduler, CloudWatch metrics and alarms, and SNS, in sandbox time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.events import metrics as _metrics
from sandbox.events._moto import poll_in_sandbox_time
from sandbox.events.alarms import Alarms
from sandbox.events.bus import api as _bus_api
from sandbox.events.bus.bus import Bus
from sandbox.events.bus.objects import Objects
from sandbox.events.metrics import api as _metrics_api
from sandbox.events.metrics.puts import Puts
from sandbox.events.notifications import Notifications
from sandbox.events.queues import QueueGauge
from sandbox.events.schedules import api as _schedules_api
from sandbox.events.schedules.rules import ScheduledRules
from sandbox.events.schedules.scheduler import Scheduler

if TYPE_CHECKING:
    from sandbox.account import Account

__all__ = ["Bus", "install"]


def install(account: Account) -> Bus:
    """Serve the account's events and return the bus, with all else of this area on it."""
    bus = Bus(account)
    bus.metrics = _metrics.Metrics(account.kernel)
    bus.alarms = Alarms(account, bus)
    bus.scheduler = Scheduler(account, bus)
    bus.notifications = Notifications(account, bus)
    _bus_api.serve(account, bus, ScheduledRules(account, bus).refresh)
    _metrics_api.serve(account, bus.metrics)
    account.gateway.serve("cloudwatch", "PutMetricData", Puts(account, bus.metrics).put)
    _schedules_api.serve(account, bus.scheduler)
    bus.alarms.serve()
    bus.notifications.serve()
    Objects(account, bus).watch()
    QueueGauge(account).watch()
    poll_in_sandbox_time(account.kernel.sleep)
    return bus
