"""A person's own account under Kastoma's names, each of which stands below `users/` and below `profile/`."""

from typing import Any, cast
from uuid import UUID

from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.delivery.contracts.sign_in import OlderMessageSerializer
from tenon.kernel import clock
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.examples import shown
from tenon.kernel.http.views import Endpoint
from tenon.platform.identity import services
from tenon.platform.identity.errors import InvalidName, ProofRequired, WeakPassword, WrongPassword
from tenon.platform.organizations.errors import StillOwner
from tenon.platform.organizations.services import erasure

TAG = "Kastoma"
CHANGED = gettext_noop("Password changed successfully.")
DEACTIVATED = gettext_noop("Account deactivated successfully.")
PERSON = {
    "id": "01939c67-1c5e-7d4a-9a3b-2f6f0c1d5e77",
    "username": "shopper",
    "email": "shopper@example.com",
    "first_name": "Sam",
    "last_name": "Shopper",
    "full_name": "Sam Shopper",
    "is_active": True,
    "date_joined": "2026-11-20T09:30:00.000Z",
    "last_login": "2026-11-20T10:15:00.000Z",
}


class KastomaProfileSerializer(serializers.Serializer[Any]):
    """A person, as they see themselves."""

    id = serializers.UUIDField()
    username = serializers.CharField()
    email = serializers.EmailField()
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    full_name = serializers.CharField()
    is_active = serializers.BooleanField()
    date_joined = serializers.DateTimeField()
    last_login = serializers.DateTimeField(allow_null=True)


PROFILE = tuple(KastomaProfileSerializer().fields)


class KastomaProfileChangeSerializer(serializers.Serializer[Any]):
    """What a person says of themselves; what is left out stays. The address is changed by no older path."""

    first_name = serializers.CharField(max_length=150, required=False, allow_blank=True)
    last_name = serializers.CharField(max_length=150, required=False, allow_blank=True)


class KastomaPasswordSerializer(serializers.Serializer[Any]):
    """The password of today, and the one from now on. Where `new_password_confirm` is sent, it must match."""

    current_password = serializers.CharField(max_length=128, trim_whitespace=False, write_only=True)
    new_password = serializers.CharField(max_length=128, trim_whitespace=False, write_only=True)
    new_password_confirm = serializers.CharField(max_length=128, trim_whitespace=False, write_only=True, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.pop("new_password_confirm", attrs["new_password"]) != attrs["new_password"]:
            message = _("The two passwords are not the same.")
            raise serializers.ValidationError({"new_password_confirm": message}, code="password_mismatch")
        return attrs


class KastomaDeactivationSerializer(serializers.Serializer[Any]):
    """The password, needed where the sign-in is older than ten minutes."""

    password = serializers.CharField(max_length=128, trim_whitespace=False, required=False, default="")


class Own(Endpoint):
    """A route about the caller's own account."""

    audience = Audience.SELF
    older = True
    tag = TAG


class ProfileView(Own):
    """Read your profile.

    As `GET /api/v1/me/`, but for the organization.
    """

    @extend_schema(responses={200: KastomaProfileSerializer}, examples=shown(answers={200: PERSON}))
    def get(self, request: Request) -> Response:
        return Response(_shown(request.user))


class ProfileUpdateView(Own):
    """Your profile, to be changed."""

    raises = (InvalidName,)

    @extend_schema(
        request=KastomaProfileChangeSerializer,
        responses={200: KastomaProfileSerializer},
        examples=shown(requests={"Names": {"first_name": "Sam", "last_name": "Shopper"}}, answers={200: PERSON}),
    )
    def put(self, request: Request) -> Response:
        """Set your profile.

        As `PATCH /api/v1/me/`: what is left out stays.
        """
        return self._changed()

    @extend_schema(
        request=KastomaProfileChangeSerializer,
        responses={200: KastomaProfileSerializer},
        examples=shown(requests={"A name": {"first_name": "Sam"}}, answers={200: PERSON}),
    )
    def patch(self, request: Request) -> Response:
        """Change your profile.

        As `PATCH /api/v1/me/`.
        """
        return self._changed()

    def _changed(self) -> Response:
        changes = self.parse(KastomaProfileChangeSerializer)
        return Response(_shown(services.update_profile(user_id=self.caller_id, changes=changes)))


class PasswordView(Own):
    """Change your password.

    As `POST /api/v1/auth/password/`: every other session of the account ends.
    """

    raises = (WrongPassword, WeakPassword)

    @extend_schema(
        request=KastomaPasswordSerializer,
        responses={200: OlderMessageSerializer},
        examples=shown(
            requests={
                "Both passwords": {
                    "current_password": "correct-horse-battery-7",
                    "new_password": "staple-7-battery-horse",
                    "new_password_confirm": "staple-7-battery-horse",
                }
            },
            answers={200: {"message": CHANGED}},
        ),
    )
    def post(self, request: Request) -> Response:
        services.change_password(
            **self.parse(KastomaPasswordSerializer),
            user_id=self.caller_id,
            session_id=cast(UUID, self.principal.session_id),
            now=clock.now(),
        )
        return Response({"message": _(CHANGED)})


class DeactivationView(Own):
    """Deactivate your account.

    Signed in within the last ten minutes, or with `{"password": "…"}` as the body. Every session ends, and only the
    operators can let you in again. To be forgotten for good, `DELETE /api/v1/me/`. As there, an organization that has
    other members needs another owner first.
    """

    raises = (WrongPassword, ProofRequired, StillOwner)

    @extend_schema(
        request=None,
        responses={200: OlderMessageSerializer},
        examples=shown(answers={200: {"message": DEACTIVATED}}),
    )
    def delete(self, request: Request) -> Response:
        password = self.parse(KastomaDeactivationSerializer)["password"] if request.data else ""
        erasure.deactivate(
            user_id=self.caller_id, session_id=self.principal.session_id, password=password, now=clock.now()
        )
        return Response({"message": _(DEACTIVATED)})


def _shown(user: Any) -> dict[str, Any]:
    # Plain values in the order of the description: walking the serializer's fields would cost more than the query.
    return {name: getattr(user, name) for name in PROFILE}


_ROUTES: dict[str, type[Endpoint]] = {
    "users/me/": ProfileView,
    "users/update_profile/": ProfileUpdateView,
    "users/change_password/": PasswordView,
    "users/delete_account/": DeactivationView,
    "profile/": ProfileView,
    "profile/update/": ProfileUpdateView,
    "profile/change-password/": PasswordView,
    "profile/delete/": DeactivationView,
}
urlpatterns: list[URLPattern] = [path(f"api/v1/{route}", view.as_view()) for route, view in _ROUTES.items()]
