"""What people are told of their accounts and organizations. The products declare the rest."""

from django.utils.translation import gettext_lazy as _

from tenon.platform.notifications.policies.types import Channel, register

_NO_LETTER = (Channel.IN_APP, Channel.PUSH)  # a letter about it has been sent by then

PASSWORD_CHANGED = register(
    "identity.password_changed",
    title=_("Your password was changed"),
    message=_("Your password was changed. If this was not you, set a new one at once."),
    channels=_NO_LETTER,
    required=True,
)
NEW_DEVICE = register(
    "identity.new_device",
    title=_("A sign-in from a new device"),
    message=_(
        "Somebody signed in to your account on %(device)s from %(address)s. If this was not you, end the session."
    ),
    required=True,
)
INVITED = register(
    "organizations.invited",
    title=_("An invitation"),
    message=_("You were invited to join %(organization)s."),
    channels=_NO_LETTER,
)
INVITATION_ACCEPTED = register(
    "organizations.invitation_accepted",
    title=_("An invitation was accepted"),
    message=_("%(person)s joined %(organization)s."),
    default=(Channel.IN_APP,),
    members_only=True,
    naming=("person",),
)
ROLE_CHANGED = register(
    "organizations.role_changed",
    title=_("Your role has changed"),
    message=_("Your role in %(organization)s is now %(role)s."),
    default=(Channel.IN_APP, Channel.EMAIL),
    members_only=True,
)
OWNERSHIP = register(
    "organizations.ownership_transferred",
    title=_("An organization is yours"),
    message=_("You own %(organization)s now."),
    members_only=True,
)
REMOVED = register(
    "organizations.removed",
    title=_("You left an organization"),
    message=_("You no longer belong to %(organization)s."),
)
KEY_EXPIRING = register(
    "api_keys.expiring",
    title=_("An API key ends soon"),
    message=_("The API key “%(key)s” (%(prefix)s) of %(organization)s stops working on %(when)s."),
    channels=_NO_LETTER,
    members_only=True,
)
WEBHOOK_DISABLED = register(
    "webhooks.disabled",
    title=_("A webhook endpoint was disabled"),
    message=_("%(organization)s sends no webhooks to %(host)s any more: %(why)s."),
    channels=_NO_LETTER,
    members_only=True,
)
ANNOUNCEMENT = register(
    "notifications.announcement",
    title=_("An announcement"),
    message=_("%(text)s"),
    default=(Channel.IN_APP,),
)
