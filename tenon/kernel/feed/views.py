"""Reading what happened, in order and without gaps, and which types of event there are."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.kernel.feed import policies, queries, reading
from tenon.kernel.feed.errors import EventsExpired
from tenon.kernel.feed.serializers import EventTypesSerializer, FeedSerializer
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.cursors import InvalidCursor
from tenon.kernel.http.examples import shown
from tenon.kernel.http.views import Endpoint
from tenon.kernel.outbox.catalogue import EventType, catalogue
from tenon.kernel.tenancy.scopes import organization_scope

_EXAMPLE = {
    "id": "0199f6f0-4c1e-7a52-9d3c-5b6f1f0a7e21",
    "type": "organizations.member_joined",
    "timestamp": "2026-11-20T09:30:00.000Z",
    "organization_id": "0199f6f0-4c1e-7a52-9d3c-000000000001",
    "data": {
        "organization_id": "0199f6f0-4c1e-7a52-9d3c-000000000001",
        "actor_id": "0199f6f0-4c1e-7a52-9d3c-000000000007",
        "user_id": "0199f6f0-4c1e-7a52-9d3c-000000000007",
        "role": "member",
    },
}
_CURSOR = "vY3c0kP1m2n4o5p6q7r8s1swLDQyXQ"


class EventsView(Endpoint):
    """The feed of an organization."""

    audience = Audience.MEMBER
    tag = "events"
    permissions = {"GET": policies.READ}
    raises = (InvalidCursor, EventsExpired)

    @extend_schema(
        parameters=queries.parameters(),
        responses={200: FeedSerializer},
        examples=shown(answers={200: {"data": [_EXAMPLE], "meta": {"next": _CURSOR, "has_more": False}}}),
    )
    def get(self, request: Request) -> Response:
        """Read what happened.

        Every event of the organization, once and in one order that never changes: what is read later stands behind
        what was read before, and nothing comes in between. Events about one thing are in the order in which they
        happened. Keep `meta.next` together with what you made of the events, and come back with it; the end of the feed
        has one too. Events are kept for some time; a cursor that was left for longer is answered `410`.
        """
        organization_id = self.organization_id
        query = queries.parse(request.query_params, organization_id=organization_id)
        with organization_scope(organization_id, read_only=True):
            stretch = _read(query)
        following = queries.cursor(stretch.position, organization_id=organization_id)
        meta = {"next": following, "has_more": stretch.has_more}
        return Response({"data": [event.body() for event in stretch.events], "meta": meta})


class EventTypesView(Endpoint):
    """The catalogue of events."""

    audience = Audience.MEMBER
    tag = "events"

    @extend_schema(
        responses={200: EventTypesSerializer},
        examples=shown(
            answers={
                200: {
                    "data": [
                        {
                            "name": _EXAMPLE["type"],
                            "summary": "A person belongs to the organization now",
                            "description": "",
                            "schema": {"type": "object", "properties": {"role": {"type": "string"}}},
                            "example": _EXAMPLE,
                        }
                    ]
                }
            }
        ),
    )
    def get(self, request: Request) -> Response:
        """List the types of event.

        Those that the feed shows and that webhooks can be subscribed to, each with the JSON Schema of its `data`.
        """
        return Response({"data": [_described(each) for each in catalogue()]})


def _read(query: queries.FeedQuery) -> reading.Stretch:
    position = query.position
    if query.latest:
        position = reading.end()
    elif query.after is not None:
        position = reading.position_of(query.after)
    return reading.read(after=position, limit=query.limit, types=query.types)


def _described(kind: EventType) -> dict[str, Any]:
    return {
        "name": kind.name,
        "summary": kind.summary,
        "description": kind.description,
        "schema": kind.schema,
        "example": kind.example.body(),
    }
