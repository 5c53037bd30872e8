"""What people can be told, over which channels, and what of it they may switch off."""

from tenon.platform.notifications.policies import own
from tenon.platform.notifications.policies.types import Channel, NotificationType, declared, find, register

__all__ = ["Channel", "NotificationType", "declared", "find", "own", "register"]
