"""SNS: publishing, filter policies, delivery to queues and functions, an outbox for the rest."""

from sandbox.events.notifications.topics import Notifications, Sent

__all__ = ["Notifications", "Sent"]
