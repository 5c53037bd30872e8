"""What the caller wants to be told, and the links that end a kind of mail."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.kernel.http.audience import Audience
from tenon.kernel.http.examples import shown
from tenon.kernel.http.views import Endpoint
from tenon.platform.notifications import selectors, services
from tenon.platform.notifications.api import examples
from tenon.platform.notifications.api.serializers import (
    PreferenceChangesSerializer,
    PreferencesSerializer,
    UnsubscriptionSerializer,
)
from tenon.platform.notifications.errors import InvalidUnsubscription, Required, UnknownChannel, UnknownType
from tenon.platform.notifications.selectors import Choice
from tenon.platform.notifications.services.preferences import Change


class PreferencesView(Endpoint):
    """What the caller wants to be told over which channel."""

    audience = Audience.SELF
    raises = {"PATCH": (UnknownType, UnknownChannel, Required)}

    @extend_schema(
        responses={200: PreferencesSerializer},
        examples=shown(answers={200: {"data": [examples.PREFERENCE, examples.REQUIRED]}}),
    )
    def get(self, request: Request) -> Response:
        """List what you can be told, and over which channels you want it."""
        return Response(_shown(selectors.preferences_of(user_id=self.caller_id)))

    @extend_schema(
        request=PreferenceChangesSerializer,
        responses={200: PreferencesSerializer},
        examples=shown(
            requests={"No letters about it": {"changes": [examples.CHANGE]}},
            answers={200: {"data": [examples.PREFERENCE, examples.REQUIRED]}},
        ),
    )
    def patch(self, request: Request) -> Response:
        """Change what you want to be told.

        All of the changes are made, or none.
        """
        changes = [Change(**change) for change in self.parse(PreferenceChangesSerializer)["changes"]]
        return Response(_shown(services.change_preferences(user_id=self.caller_id, changes=changes)))


class UnsubscribeView(Endpoint):
    """A link at the foot of a mail; its secret says whose mails of which type."""

    audience = Audience.PUBLIC
    authentication_classes = ()
    raises = (InvalidUnsubscription,)

    @extend_schema(
        responses={200: UnsubscriptionSerializer},
        examples=shown(answers={200: {"type": "organizations.role_changed", "title": "Your role has changed"}}),
    )
    def get(self, request: Request, unsubscription: str) -> Response:
        """Read what a link unsubscribes from.

        Nothing is changed: programs that scan mail open every link.
        """
        kind = selectors.unsubscription(secret=unsubscription)
        return Response({"type": kind.name, "title": kind.title})

    @extend_schema(
        request=None,
        responses={200: UnsubscriptionSerializer},
        examples=shown(answers={200: {"type": "organizations.role_changed", "title": "Your role has changed"}}),
    )
    def post(self, request: Request, unsubscription: str) -> Response:
        """Get no more mails of this type.

        Whoever has the link, may. The other channels stay as they are.
        """
        kind = services.unsubscribe(secret=unsubscription)
        return Response({"type": kind.name, "title": kind.title})


def _shown(choices: list[Choice]) -> dict[str, Any]:
    return {
        "data": [
            {
                "type": choice.type.name,
                "title": choice.type.title,
                "required": choice.type.required,
                "channels": {channel.value: channel in choice.channels for channel in sorted(choice.type.channels)},
            }
            for choice in choices
        ]
    }
