"""The features that a client may know of, as they are for whoever asks."""

from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.kernel.errors import Forbidden, NotFound
from tenon.kernel.http import acting
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.examples import shown
from tenon.kernel.http.openapi import ORGANIZATION
from tenon.kernel.http.views import Endpoint
from tenon.kernel.principal import Principal
from tenon.platform.flags import selectors
from tenon.platform.flags.engines.evaluation import Context, Reason

_EXAMPLE = [
    {"key": "checkout", "is_on": True, "variant": "short", "value": {"steps": 1}, "reason": "SPLIT"},
    {"key": "dark-mode", "is_on": False, "variant": "off", "value": False, "reason": "DEFAULT"},
]
_SUBJECT = {"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[A-Za-z0-9._-]+$"}


class FeatureSerializer(serializers.Serializer[Any]):
    """A flag, as it is for the caller."""

    key = serializers.CharField()
    is_on = serializers.BooleanField()
    variant = serializers.CharField()
    value = serializers.JSONField()
    reason = serializers.ChoiceField(choices=[reason.value for reason in Reason])


class FeaturesSerializer(serializers.Serializer[Any]):
    """Every feature that clients may know of."""

    data = FeatureSerializer(many=True)  # type: ignore[assignment]


class FeatureQuerySerializer(serializers.Serializer[Any]):
    """Who asks, where nobody is signed in."""

    subject = serializers.RegexField(r"^[A-Za-z0-9._-]+$", max_length=64, required=False)


class FeaturesView(Endpoint):
    """List the features.

    Those that clients may know of, with the value that each has for you: signed in, as a program, or as nobody. Neither
    the rules nor anybody else's values are told. `subject` keeps the values of somebody who is not signed in the same
    from one request to the next.
    """

    audience = Audience.PUBLIC
    raises = (NotFound,)
    cache_control = "private, no-store"

    @extend_schema(
        parameters=[ORGANIZATION, OpenApiParameter("subject", _SUBJECT, description="A random id that you keep.")],
        responses={200: FeaturesSerializer},
        examples=shown(answers={200: {"data": _EXAMPLE}}),
    )
    def get(self, request: Request) -> Response:
        subject = self.parse_query(FeatureQuerySerializer).get("subject", "")
        found = selectors.exposed(principal=_placed(self.principal, request), context=Context(subject=subject))
        return Response(FeaturesSerializer({"data": [asdict(each) for each in found]}).data)


def _placed(principal: Principal, request: Request) -> Principal:
    """The caller in the organization that they act in, if they act in one. Raises NotFound for another's."""
    if not principal.is_authenticated:
        return principal
    try:
        return acting.resolve(principal, request.headers.get(acting.HEADER, ""))
    except Forbidden:
        return principal
