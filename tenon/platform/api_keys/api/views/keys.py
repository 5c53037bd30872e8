"""API keys of an organization, for those who look after them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.kernel import clock
from tenon.kernel.errors import PreconditionFailed
from tenon.kernel.http import conditional, filters
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.examples import shown
from tenon.kernel.http.pagination import KeysetPage
from tenon.kernel.http.views import Endpoint
from tenon.kernel.idempotency.rules import Idempotency
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.api_keys import policies, selectors, services
from tenon.platform.api_keys.api import examples
from tenon.platform.api_keys.api.serializers import (
    ApiKeyChangeSerializer,
    ApiKeySerializer,
    IssuedApiKeySerializer,
    NewApiKeySerializer,
    RotationSerializer,
)
from tenon.platform.api_keys.errors import ApiKeyEnded, PastExpiry, TooManyApiKeys, UnknownScopes, WiderScopes
from tenon.platform.api_keys.selectors import KeyFacts
from tenon.platform.api_keys.services import Issued
from tenon.platform.identity.errors import InvalidName
from tenon.platform.organizations.errors import BeyondOwnRights


class ApiKeysView(Endpoint):
    """The keys of the organization."""

    audience = Audience.MEMBER
    permissions = {"GET": policies.READ, "POST": policies.MANAGE}
    throttles = {"POST": ("api_keys_made",)}
    idempotency = {"POST": Idempotency()}  # the stored answer, secret included, is sealed and kept for 24 hours
    raises = {"POST": (BeyondOwnRights, InvalidName, UnknownScopes, PastExpiry, TooManyApiKeys)}
    page = KeysetPage(
        sort_fields={"created_at": "created_at", "name": "name"},
        default_sort="-created_at",
        filters={
            "state": filters.choice("state", "active", "expired", "revoked"),
            "created_by_id": filters.identifier("created_by_id"),
            "created_at": filters.timestamp("created_at"),
        },
    )

    @extend_schema(responses={200: ApiKeySerializer(many=True)}, examples=shown(answers={200: examples.KEY}))
    def get(self, request: Request) -> Response:
        """List the API keys.

        Those that ended are listed for 90 days.
        """
        with organization_scope(self.organization_id, read_only=True):
            found = selectors.keys(now=clock.now())
            return Response(self.page.paginate(request, found, represent=_row))

    @extend_schema(
        request=NewApiKeySerializer,
        responses={201: IssuedApiKeySerializer},
        examples=shown(requests={"For an export": examples.NEW}, answers={201: examples.ISSUED}),
    )
    def post(self, request: Request) -> Response:
        """Make an API key.

        With permissions that you have yourself. The secret is in this answer and nowhere else. The key belongs to the
        organization, also after you leave it; those who manage keys get a letter.
        """
        issued = services.create(principal=self.principal, **self.parse(NewApiKeySerializer), now=clock.now())
        answer = _issued(issued, status=status.HTTP_201_CREATED)
        answer["Location"] = reverse("api_keys:key", args=[issued.key.id])
        return answer


class ApiKeyView(Endpoint):
    """One key."""

    audience = Audience.MEMBER
    permissions = {"GET": policies.READ, "PATCH": policies.MANAGE, "DELETE": policies.MANAGE}
    raises = {"PATCH": (InvalidName, UnknownScopes, WiderScopes, PastExpiry, ApiKeyEnded, PreconditionFailed)}

    @extend_schema(responses={200: ApiKeySerializer}, examples=shown(answers={200: examples.KEY}))
    def get(self, request: Request, key_id: UUID) -> Response:
        """Read an API key.

        The ETag goes into the If-Match of a change.
        """
        with organization_scope(self.organization_id, read_only=True):
            key = selectors.key_facts(key_id=key_id, now=clock.now())
        conditional.check(request, _etag(key))
        return _answer(key)

    @extend_schema(
        request=ApiKeyChangeSerializer,
        responses={200: ApiKeySerializer},
        examples=shown(requests={"An end": {"expires_at": examples.EXPIRES}}, answers={200: examples.KEY}),
    )
    def patch(self, request: Request, key_id: UUID) -> Response:
        """Change an API key.

        Its name, when it ends, and fewer scopes. With If-Match only if nobody has changed it since you read it.
        """
        changed = services.update(
            principal=self.principal,
            key_id=key_id,
            changes=self.parse(ApiKeyChangeSerializer),
            precondition=lambda key: conditional.check(request, _etag(key)),
            now=clock.now(),
        )
        return _answer(changed)

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, key_id: UUID) -> Response:
        """Revoke an API key.

        For good, with all its secrets, from the next request on.
        """
        services.revoke(principal=self.principal, key_id=key_id, now=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class RotationView(Endpoint):
    """Rotate an API key.

    The answer has a new secret. The one before works on for `overlap_seconds`, a day unless given; one before that ends
    now. Nobody rotates a key with more permissions than they have themselves.
    """

    audience = Audience.MEMBER
    permissions = {"POST": policies.MANAGE}
    throttles = ("api_keys_made",)
    # Without it a client that missed the answer would rotate again, and end the secret that still works.
    idempotency = {"POST": Idempotency()}
    raises = (BeyondOwnRights, ApiKeyEnded)

    @extend_schema(
        request=RotationSerializer,
        responses={200: IssuedApiKeySerializer},
        examples=shown(
            requests={"An hour": {"overlap_seconds": 3600}, "At once": {"overlap_seconds": 0}},
            answers={200: examples.ROTATED},
        ),
    )
    def post(self, request: Request, key_id: UUID) -> Response:
        overlap = timedelta(seconds=self.parse(RotationSerializer)["overlap_seconds"])
        return _issued(services.rotate(principal=self.principal, key_id=key_id, overlap=overlap, now=clock.now()))


def _row(row: Any) -> dict[str, Any]:
    return dict(ApiKeySerializer(selectors.facts_of_row(row)).data)


def _answer(key: KeyFacts) -> Response:
    return Response(ApiKeySerializer(key).data, headers={"ETag": _etag(key)})


def _issued(issued: Issued, *, status: int = 200) -> Response:
    body = {**ApiKeySerializer(issued.key).data, "secret": issued.secret}
    return Response(body, status=status, headers={"ETag": _etag(issued.key), "Cache-Control": "no-store"})


def _etag(key: KeyFacts) -> str:
    return conditional.etag(key.id, key.version, key.state)
