"""Accounts, as the operators see them: found, disabled, enabled again, signed out."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.delivery.admin_api.doors import AdminEndpoint
from tenon.kernel import clock
from tenon.kernel.http import filters
from tenon.kernel.http.examples import shown
from tenon.kernel.http.pagination import KeysetPage
from tenon.platform.identity import selectors
from tenon.platform.identity.errors import OwnRights
from tenon.platform.identity.services import staff

VIEW, CHANGE = "identity.view_user", "identity.change_user"
_EXAMPLE = {
    "id": "0199f6f0-4c1e-7a52-9d3c-5b6f1f0a7e21",
    "email": "ada@example.com",
    "username": "ada",
    "first_name": "Ada",
    "last_name": "Lovelace",
    "phone_number": "",
    "is_active": True,
    "is_verified": True,
    "is_staff": False,
    "is_superuser": False,
    "date_joined": "2026-11-20T09:30:00Z",
    "last_login": "2026-11-20T10:00:00Z",
    "last_magic_login": None,
}


class AccountSerializer(serializers.Serializer[Any]):
    """An account, with what only operators see of it."""

    id = serializers.UUIDField()
    email = serializers.EmailField()
    username = serializers.CharField()
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    phone_number = serializers.CharField()
    is_active = serializers.BooleanField()
    is_verified = serializers.BooleanField()
    is_staff = serializers.BooleanField()
    is_superuser = serializers.BooleanField()
    date_joined = serializers.DateTimeField()
    last_login = serializers.DateTimeField(allow_null=True)
    last_magic_login = serializers.DateTimeField(allow_null=True)


class OneAccountSerializer(serializers.Serializer[Any]):
    """One account."""

    data = AccountSerializer()  # type: ignore[assignment]


class UsersView(AdminEndpoint):
    """Accounts."""

    tag = "users"
    rights = {"GET": VIEW}
    page = KeysetPage(
        # Ids are made in the order of time.
        sort_fields={"date_joined": "id", "email": "email_normalized"},
        default_sort="-date_joined",
        filters={
            "email": filters.text("email_normalized"),
            "is_active": filters.boolean("is_active"),
            "is_verified": filters.boolean("is_verified"),
            "is_staff": filters.boolean("is_staff"),
            "date_joined": filters.timestamp("date_joined"),
        },
    )

    @extend_schema(responses={200: AccountSerializer(many=True)}, examples=shown(answers={200: _EXAMPLE}))
    def get(self, request: Request) -> Response:
        """List the accounts."""
        return Response(self.page.paginate(request, selectors.accounts(), represent=_shown))


class UserView(AdminEndpoint):
    """One account."""

    tag = "users"
    rights = {"GET": VIEW}

    @extend_schema(responses={200: OneAccountSerializer}, examples=shown(answers={200: {"data": _EXAMPLE}}))
    def get(self, request: Request, user_id: UUID) -> Response:
        """Read an account."""
        return Response({"data": _shown(selectors.account(user_id=user_id))})


class DisablementView(AdminEndpoint):
    """Whether an account may sign in."""

    tag = "users"
    rights = {"PUT": CHANGE, "DELETE": CHANGE}
    actions = {"PUT": "admin:user:disable", "DELETE": "admin:user:enable"}
    raises = {"PUT": (OwnRights,)}

    @extend_schema(request=None, responses={204: None})
    def put(self, request: Request, user_id: UUID) -> Response:
        """Disable an account.

        Its sessions end, and it is refused from the next request on. Accounts of staff only by superusers, one's own by
        nobody.
        """
        staff.disable(actor_id=self.caller_id, user_id=user_id, now=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, user_id: UUID) -> Response:
        """Enable an account again.

        Sessions that were ended stay so.
        """
        staff.enable(actor_id=self.caller_id, user_id=user_id, now=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class SessionsView(AdminEndpoint):
    """Where an account is signed in."""

    tag = "users"
    rights = {"DELETE": CHANGE}
    actions = {"DELETE": "admin:user:sign_out"}

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, user_id: UUID) -> Response:
        """Sign an account out everywhere."""
        staff.end_sessions(actor_id=self.caller_id, user_id=user_id, now=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


def _shown(account: dict[str, Any]) -> dict[str, Any]:
    return {name: account[name] for name in selectors.ACCOUNT_FIELDS}
