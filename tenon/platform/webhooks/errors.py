"""What can go wrong with webhook endpoints and their deliveries."""

from django.utils.translation import gettext_lazy as _

from tenon.kernel.errors import Conflict, Invalid


class UnknownEventType(Invalid):
    """No public event has this type, and it is no pattern of ours."""

    code = "unknown_event_type"
    message = _("There is no such type of event.")


class MalformedSecret(Invalid):
    """Not `whsec_` and 24 to 64 bytes in base64."""

    code = "malformed_secret"
    message = _("A secret is whsec_ and 24 to 64 bytes in base64.")


class TooManyEndpoints(Conflict):
    """The organization has as many endpoints as it may."""

    code = "too_many_endpoints"
    message = _("Your organization has as many webhook endpoints as it may. Delete one first.")


class EndpointIsDisabled(Conflict):
    """Nothing is sent to an endpoint that is disabled."""

    code = "endpoint_disabled"
    message = _("This endpoint is disabled. Enable it first.")


class TooFarBack(Invalid):
    """Deliveries of that time are no longer kept."""

    code = "too_far_back"
    message = _("Deliveries of that time are no longer kept.")


class SecretUnreadable(Conflict):
    """The secret was sealed with a key that followed from another SECRET_KEY."""

    code = "webhook_secret_unreadable"
    message = _("The secret of this endpoint can no longer be read, and nothing is sent. Rotate it.")
