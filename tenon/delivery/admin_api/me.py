"""Who works here, and what they may do: the first thing that a web application of the operators asks."""

from typing import Any, cast

from django.middleware.csrf import get_token
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.delivery.admin_api.doors import ANY_STAFF, AdminEndpoint
from tenon.kernel.http.examples import shown
from tenon.platform.identity import selectors
from tenon.platform.identity.api.authentication import PortalAuthentication
from tenon.platform.identity.selectors import UserFacts

_EXAMPLE = {
    "id": "0199f6f0-4c1e-7a52-9d3c-5b6f1f0a7e21",
    "email": "grace@example.com",
    "is_superuser": False,
    "rights": ["identity.change_user", "identity.view_user"],
    "csrf_token": "Zm9yIHRoZSBzYWtlIG9mIGFuIGV4YW1wbGUsIGFuZCBubyBtb3JlLiBBQUFBQUFB",
}


class OperatorSerializer(serializers.Serializer[Any]):
    """A member of staff. Superusers may do everything, and have no list of rights."""

    id = serializers.UUIDField()
    email = serializers.EmailField()
    is_superuser = serializers.BooleanField()
    rights = serializers.ListField(child=serializers.CharField())
    csrf_token = serializers.CharField(
        help_text="What `X-CSRFToken` says on requests by the portal's cookie; empty where a bearer token was sent."
    )


class OneOperatorSerializer(serializers.Serializer[Any]):
    """The caller."""

    data = OperatorSerializer()  # type: ignore[assignment]


class MeView(AdminEndpoint):
    """The caller."""

    tag = "users"
    rights = {"GET": ANY_STAFF}

    @extend_schema(responses={200: OneOperatorSerializer}, examples=shown(answers={200: {"data": _EXAMPLE}}))
    def get(self, request: Request) -> Response:
        """Who you are here, and what you may do."""
        is_superuser, rights = selectors.rights_of(user_id=self.caller_id)
        email = cast(UserFacts, request.user).email
        # Scripts cannot read the cookie, and pages of other origins cannot read this answer.
        by_cookie = isinstance(request.successful_authenticator, PortalAuthentication)
        token = get_token(request._request) if by_cookie else ""
        person = {"id": self.caller_id, "email": email, "is_superuser": is_superuser, "rights": rights}
        return Response({"data": {**person, "csrf_token": token}})
