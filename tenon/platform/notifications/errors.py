"""What can go wrong with notifications, preferences, devices and announcements."""

from django.utils.translation import gettext_lazy as _

from tenon.kernel.errors import Invalid, NotFound


class UnknownType(Invalid):
    """No app declares a type of notification of this name."""

    code = "unknown_notification_type"
    message = _("There is no such type of notification.")


class UnknownChannel(Invalid):
    """The type does not take this channel."""

    code = "unknown_channel"
    message = _("Notifications of this type do not come over this channel.")


class Required(Invalid):
    """The type is for the person's safety, and cannot be switched off."""

    code = "notification_required"
    message = _("This notification cannot be switched off.")


class InvalidTarget(Invalid):
    """Neither a path of this deployment nor an address of the web."""

    code = "invalid_target_url"
    message = _("This is neither a path that begins with / nor an address that begins with https:// or http://.")


class InvalidUnsubscription(NotFound):
    """The link is damaged, or was made by another deployment."""

    code = "unknown_unsubscription"
    message = _("This link is not complete. Open the link of the message again.")
