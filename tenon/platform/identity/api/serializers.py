"""What the identity routes take and give."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers


class EmailField(serializers.EmailField):
    """An email address, as long as RFC 5321 lets one be."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=254, **kwargs)


class PasswordField(serializers.CharField):
    """A password as typed: blanks at its ends belong to it. How good it is, the service says."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=128, trim_whitespace=False, write_only=True, **kwargs)


class TokenField(serializers.CharField):
    """A token that we issued; none of ours is longer than this."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=2048, **kwargs)


class UserSerializer(serializers.Serializer[Any]):
    """A person, as every sign-in shows them."""

    id = serializers.UUIDField()
    email = serializers.EmailField()
    username = serializers.CharField()
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    full_name = serializers.CharField()


class RegistrationSerializer(serializers.Serializer[Any]):
    """A new account. `password_confirm` may be left out; where it is sent, it must match."""

    email = EmailField()
    password = PasswordField()
    password_confirm = PasswordField(required=False)
    username = serializers.CharField(max_length=100, required=False, allow_blank=True)
    first_name = serializers.CharField(max_length=150, required=False, allow_blank=True)
    last_name = serializers.CharField(max_length=150, required=False, allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.pop("password_confirm", attrs["password"]) != attrs["password"]:
            message = _("The two passwords are not the same.")
            raise serializers.ValidationError({"password_confirm": message}, code="password_mismatch")
        return attrs


class RegisteredSerializer(serializers.Serializer[Any]):
    """The account just made, and what to do next."""

    message = serializers.CharField()
    user = UserSerializer()


class CredentialsSerializer(serializers.Serializer[Any]):
    """Who signs in."""

    email = EmailField()
    password = PasswordField()


class TokenPairSerializer(serializers.Serializer[Any]):
    """An access token for the `Authorization` header, and the refresh token that renews it once."""

    access = serializers.CharField()
    refresh = serializers.CharField()


class SignedInSerializer(TokenPairSerializer):
    """The tokens of a new session, and whose it is."""

    user = UserSerializer()


class RefreshSerializer(serializers.Serializer[Any]):
    """The latest refresh token of a session."""

    refresh = TokenField()


class VerifySerializer(serializers.Serializer[Any]):
    """An access or a refresh token."""

    token = TokenField()


class EmptySerializer(serializers.Serializer[Any]):
    """Nothing to say beside the status."""


class SignOutSerializer(serializers.Serializer[Any]):
    """Which session ends: the one of the access token, or of `refresh` where no access token is sent."""

    all = serializers.BooleanField(default=False, help_text=_("End every session of this person."))
    refresh = TokenField(required=False)


class EmailSerializer(serializers.Serializer[Any]):
    """The address that a message goes to."""

    email = EmailField()


class MessageSerializer(serializers.Serializer[Any]):
    """One sentence for the person at the screen."""

    message = serializers.CharField()


class EmailVerificationSerializer(serializers.Serializer[Any]):
    """The secret of the emailed link."""

    token = TokenField()


class ChallengeSerializer(MessageSerializer):
    """What to send back with the code. `debug_token` is the code itself, on a developer's machine that asks for it."""

    challenge_id = serializers.UUIDField()
    debug_token = serializers.CharField(required=False)


class MagicCodeSerializer(serializers.Serializer[Any]):
    """Eight digits with `challenge_id` or `email`, or the token of the emailed link alone."""

    token = TokenField()
    challenge_id = serializers.UUIDField(required=False)
    email = EmailField(required=False)


class PasswordResetConfirmSerializer(serializers.Serializer[Any]):
    """The secret of the emailed link, and the new password."""

    token = TokenField()
    password = PasswordField()


class PasswordChangeSerializer(serializers.Serializer[Any]):
    """The password of today, and the one from now on."""

    current_password = PasswordField()
    new_password = PasswordField()


class SessionSerializer(serializers.Serializer[Any]):
    """One place where a person is signed in. `current` marks the session that asks."""

    id = serializers.UUIDField()
    device = serializers.CharField(help_text=_("What the browser or program calls itself."))
    ip = serializers.IPAddressField(allow_null=True)
    created_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField()
    current = serializers.BooleanField()


class KeySerializer(serializers.Serializer[Any]):
    """A public Ed25519 key (RFC 7517, RFC 8037)."""

    kid = serializers.CharField()
    kty = serializers.CharField()
    crv = serializers.CharField()
    x = serializers.CharField()
    alg = serializers.CharField()
    use = serializers.CharField()


class KeySetSerializer(serializers.Serializer[Any]):
    """The keys that verify access tokens now."""

    keys = KeySerializer(many=True)
