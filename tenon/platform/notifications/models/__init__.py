"""The tables of notifications. Rows are persons' own, in any organization or none: whose they are, finds them."""

from tenon.platform.notifications.models.announcements import Announcement
from tenon.platform.notifications.models.devices import Device
from tenon.platform.notifications.models.notifications import Mailbox, Notification
from tenon.platform.notifications.models.preferences import Preference

__all__ = ["Announcement", "Device", "Mailbox", "Notification", "Preference"]
