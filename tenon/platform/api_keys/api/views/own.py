"""What keys can be given, and what a key is told of itself."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.kernel import clock
from tenon.kernel.errors import Forbidden
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.examples import shown
from tenon.kernel.http.views import Endpoint
from tenon.kernel.principal import PrincipalKind
from tenon.platform.api_keys import policies, selectors
from tenon.platform.api_keys.api import examples
from tenon.platform.api_keys.api.serializers import OwnApiKeySerializer, ScopeListSerializer


class ScopesView(Endpoint):
    """List the scopes.

    Every permission that a key can have, and whether you have it to give. Each operation names the one that it needs.
    """

    audience = Audience.MEMBER
    permissions = {"GET": policies.READ}

    @extend_schema(responses={200: ScopeListSerializer}, examples=shown(answers={200: {"data": examples.SCOPES}}))
    def get(self, request: Request) -> Response:
        own = self.principal.permissions
        found = [
            {"scope": each.word, "description": each.label, "grantable": each.word in own}
            for each in selectors.scopes()
        ]
        return Response(ScopeListSerializer({"data": found}).data)


class CurrentView(Endpoint):
    """Read the key that you call with.

    Whose it is, what it may do and when it ends. For keys alone; any key may ask.
    """

    audience = Audience.MEMBER
    for_programs = frozenset({"GET"})

    @extend_schema(responses={200: OwnApiKeySerializer}, examples=shown(answers={200: examples.OWN}))
    def get(self, request: Request) -> Response:
        if self.principal.kind is not PrincipalKind.API_KEY:
            raise Forbidden
        own = selectors.own_facts(organization_id=self.organization_id, key_id=self.caller_id, now=clock.now())
        key = own.key
        body = {
            "id": key.id,
            "name": key.name,
            "prefix": key.prefix,
            "organization": {
                "id": own.organization_id,
                "name": own.organization_name,
                "slug": own.organization_slug,
            },
            "scopes": sorted(self.principal.permissions),
            "created_at": key.created_at,
            "expires_at": key.expires_at,
            "last_used_at": key.last_used_at,
        }
        return Response(OwnApiKeySerializer(body).data)
