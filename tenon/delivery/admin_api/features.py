"""Feature flags, as staff keep them."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.delivery.admin_api.doors import AdminEndpoint
from tenon.kernel.errors import PreconditionFailed
from tenon.kernel.http import conditional, filters
from tenon.kernel.http.examples import shown
from tenon.kernel.http.pagination import KeysetPage
from tenon.platform.flags import selectors, services
from tenon.platform.flags.errors import FlagTaken, InvalidFlag
from tenon.platform.flags.selectors import FlagFacts

VIEW, ADD, CHANGE, DELETE = (f"flags.{verb}_flag" for verb in ("view", "add", "change", "delete"))
_VALUES = {
    "description": "The short way to pay",
    "is_enabled": True,
    "is_exposed": True,
    "rest": False,
    "sticky_by": "caller",
    "rules": [{"roles": ["admin"]}, {"percentage": 10, "variant": "short"}],
    "variants": [{"name": "short", "value": {"steps": 1}, "weight": 1}],
}
_EXAMPLE = {
    "id": "0199f6f0-4c1e-7a52-9d3c-5b6f1f0a7e21",
    "key": "checkout",
    **_VALUES,
    "changed_by": "0199f6f0-4c1e-7a52-9d3c-5b6f1f0a7e22",
    "created_at": "2026-11-20T09:30:00Z",
    "updated_at": "2026-11-20T10:00:00Z",
    "version": 3,
}


class FlagChangeSerializer(serializers.Serializer[Any]):
    """What of a flag may be changed. The guide on flags says what rules and variants are made of."""

    description = serializers.CharField(max_length=500, allow_blank=True, required=False)
    is_enabled = serializers.BooleanField(required=False, help_text="The kill switch: off, it is off for everybody.")
    is_exposed = serializers.BooleanField(required=False, help_text="Whether clients may know of it.")
    rest = serializers.BooleanField(required=False, help_text="What it is for whom no rule means.")
    sticky_by = serializers.CharField(max_length=16, required=False, help_text="`caller` or `organization`.")
    rules = serializers.ListField(child=serializers.DictField(), required=False)
    variants = serializers.ListField(child=serializers.DictField(), required=False)


class NewFlagSerializer(FlagChangeSerializer):
    """A flag to be made; off unless it says otherwise."""

    key = serializers.CharField(max_length=64)


class FlagSerializer(serializers.Serializer[Any]):
    """A flag. `changed_by` is who last changed it."""

    id = serializers.UUIDField()
    key = serializers.CharField()
    description = serializers.CharField()
    is_enabled = serializers.BooleanField()
    is_exposed = serializers.BooleanField()
    rest = serializers.BooleanField()
    sticky_by = serializers.CharField()
    rules = serializers.ListField(child=serializers.DictField())
    variants = serializers.ListField(child=serializers.DictField())
    changed_by = serializers.UUIDField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    version = serializers.IntegerField()


class FeaturesView(AdminEndpoint):
    """Feature flags."""

    tag = "features"
    rights = {"GET": VIEW, "POST": ADD}
    actions = {"POST": "admin:flag:create"}
    raises = {"POST": (InvalidFlag, FlagTaken)}
    page = KeysetPage(
        sort_fields={"key": "key", "updated_at": "updated_at"},
        default_sort="key",
        filters={"key": filters.text("key"), "is_enabled": filters.boolean("is_enabled")},
    )

    @extend_schema(responses={200: FlagSerializer(many=True)}, examples=shown(answers={200: _EXAMPLE}))
    def get(self, request: Request) -> Response:
        """List the feature flags."""
        return Response(self.page.paginate(request, selectors.flags()))

    @extend_schema(
        request=NewFlagSerializer,
        responses={201: FlagSerializer},
        examples=shown(requests={"For one in ten": {"key": "checkout", **_VALUES}}, answers={201: _EXAMPLE}),
    )
    def post(self, request: Request) -> Response:
        """Make a feature flag."""
        made = services.create_flag(principal=self.principal, **self.parse(NewFlagSerializer))
        answer = _answer(made, status=status.HTTP_201_CREATED)
        answer["Location"] = reverse("admin-feature", args=[made.key])
        return answer


class FeatureView(AdminEndpoint):
    """One feature flag."""

    tag = "features"
    rights = {"GET": VIEW, "PATCH": CHANGE, "DELETE": DELETE}
    actions = {"PATCH": "admin:flag:change", "DELETE": "admin:flag:delete"}
    raises = {"PATCH": (InvalidFlag, PreconditionFailed), "DELETE": (PreconditionFailed,)}

    @extend_schema(responses={200: FlagSerializer}, examples=shown(answers={200: _EXAMPLE}))
    def get(self, request: Request, key: str) -> Response:
        """Read a feature flag.

        The ETag goes into the If-Match of a change.
        """
        facts = selectors.flag_facts(key=key)
        conditional.check(request, _etag(facts))
        return _answer(facts)

    @extend_schema(
        request=FlagChangeSerializer,
        responses={200: FlagSerializer},
        examples=shown(requests={"Switched off": {"is_enabled": False}}, answers={200: _EXAMPLE}),
    )
    def patch(self, request: Request, key: str) -> Response:
        """Change a feature flag.

        Every process knows of it within a second. With If-Match only if nobody has changed it since you read it.
        """
        changed = services.update_flag(
            principal=self.principal,
            key=key,
            changes=self.parse(FlagChangeSerializer),
            precondition=lambda facts: conditional.check(request, _etag(facts)),
        )
        return _answer(changed)

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, key: str) -> Response:
        """Delete a feature flag.

        It is off for everybody from then on.
        """
        services.delete_flag(
            principal=self.principal,
            key=key,
            precondition=lambda facts: conditional.check(request, _etag(facts)),
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


def _answer(facts: FlagFacts, *, status: int = 200) -> Response:
    return Response(FlagSerializer(facts).data, status=status, headers={"ETag": _etag(facts)})


def _etag(facts: FlagFacts) -> str:
    return conditional.etag(facts.id, facts.version)
