"""SNS: publishing, filter policies, delivery to queues and functions, an outbox for the rest."""

from sandbox.events.notifications.delivery import Sent
from sandbox.events.notifications.topics import Notifications

__all__ = ["Notifications", "Sent"]
