"""What can be done with notifications, preferences, devices and announcements.

Apps above tell people by `notify`, in the transaction of what they tell of; apps below and beside publish events, which
this app's handlers turn into notifications.
"""

from tenon.platform.notifications.services.announcements import announce
from tenon.platform.notifications.services.devices import change_device, forget_device, forget_session, register_device
from tenon.platform.notifications.services.notifying import deliver, notify
from tenon.platform.notifications.services.preferences import change_preferences, unsubscribe
from tenon.platform.notifications.services.reading import delete, mark_all_read, mark_read

__all__ = [
    "announce",
    "change_device",
    "change_preferences",
    "delete",
    "deliver",
    "forget_device",
    "forget_session",
    "mark_all_read",
    "mark_read",
    "notify",
    "register_device",
    "unsubscribe",
]
