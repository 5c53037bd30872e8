"""What can go wrong with accounts, passwords, sessions and one-time secrets."""

from django.utils.translation import gettext_lazy as _

from tenon.kernel.errors import Conflict, Forbidden, Invalid, Unauthenticated


class EmailTaken(Invalid):
    """The address belongs to an account already."""

    code = "email_taken"
    message = _("An account with this email address exists already.")


class InvalidEmail(Invalid):
    """The address is not one that mail can be sent to."""

    code = "invalid_email"
    message = _("Enter a valid email address.")


class InvalidName(Invalid):
    """A name holds line breaks or control characters."""

    code = "invalid_name"
    message = _("A name is one line of text, without control characters.")


class WeakPassword(Invalid):
    """The password breaks the policy; `errors` says how."""

    code = "weak_password"
    message = _("This password does not meet the rules.")


class WrongPassword(Invalid):
    """The current password, asked for again before a change, is not right."""

    code = "wrong_password"
    message = _("The current password is not right.")


class InvalidSecret(Invalid):
    """A one-time secret is unknown, used or expired. Which of these it is, is not told."""

    code = "invalid_secret"
    message = _("This link is not valid or has expired.")


class InvalidMagicCode(Invalid):
    """A magic code or its link is wrong, used, expired, or was guessed at too often. Which of these, is not told."""

    code = "invalid_or_expired"
    message = _("This code is not valid or has expired.")


class InvalidCredentials(Unauthenticated):
    """No account, a wrong password or a disabled account. Which of these it is, is not told."""

    code = "invalid_credentials"
    message = _("The email address or the password is not right.")


class InvalidToken(Unauthenticated):
    """An access or refresh token that is forged, expired, used up or revoked."""

    code = "invalid_token"
    message = _("This token is not valid or has expired.")


class EmailNotVerified(Forbidden):
    """The password was right, and the address has not been verified yet."""

    code = "email_not_verified"
    message = _("Please verify your email first.")


class CsrfFailed(Forbidden):
    """A request with the portal's cookie that another site may have made: the CSRF token is missing or wrong."""

    code = "csrf_failed"
    message = _("The CSRF token is missing or wrong. Load the page again.")


class GroupTaken(Invalid):
    """A group of staff has this name already."""

    code = "group_taken"
    message = _("There is a group of this name already.")


class OwnRights(Conflict):
    """Nobody takes their own rights in the portal, or disables themselves."""

    code = "own_rights"
    message = _("You cannot take your own rights. Ask another superuser.")


class ProofRequired(Forbidden):
    """The person has to show once more that it is them: by their password, or by having just signed in."""

    code = "proof_required"
    message = _("Give your password, or sign in once more and try again within ten minutes.")
