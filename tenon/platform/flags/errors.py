"""What can go wrong with flags."""

from django.utils.translation import gettext_lazy as _

from tenon.kernel.errors import Conflict, Invalid


class InvalidFlag(Invalid):
    """The key, the rules or the variants are not what they must be; `errors` says where."""

    code = "invalid_flag"
    message = _("This flag is not well formed.")


class FlagTaken(Conflict):
    """There is a flag of this key."""

    code = "flag_taken"
    message = _("There is a flag of this key already.")
