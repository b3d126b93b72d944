"""CloudWatch's alarms."""

from sandbox.events.alarms.alarms import Alarms

__all__ = ["Alarms"]
