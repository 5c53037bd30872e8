"""Reading and exporting the audit log of an organization."""

from collections.abc import Iterator
from functools import partial
from typing import Any
from uuid import UUID

import orjson
from django.db.models import Q, QuerySet
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.kernel.clock import rfc3339
from tenon.kernel.errors import FieldError, Invalid
from tenon.kernel.http import filters
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.examples import shown
from tenon.kernel.http.pagination import KeysetPage
from tenon.kernel.http.views import Endpoint
from tenon.kernel.principal import PrincipalKind
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.audit import policies, selectors
from tenon.platform.audit.api.serializers import AuditEntrySerializer
from tenon.platform.audit.models import Outcome
from tenon.platform.audit.selectors import EntryFacts

EXAMPLE = {
    "id": "0199f6f0-4c1e-7a52-9d3c-5b6f1f0a7e21",
    "created_at": "2026-11-20T09:30:00.000Z",
    "action": "organizations:member:role_changed",
    "actor": {"kind": "user", "id": "0199f6f0-4c1e-7a52-9d3c-000000000007"},
    "target": {"type": "member", "id": "0199f6f0-4c1e-7a52-9d3c-000000000009"},
    "outcome": "success",
    "parameters": {"role": "admin", "grants": []},
    "request_id": "0199f6f0-4c1e-7a52-9d3c-00000000abcd",
    "ip": "192.0.2.7",
    "erased": False,
}
LINES = "application/jsonl"
FILTERS = {
    "actor_id": filters.identifier("actor_id"),
    "actor_kind": filters.choice("actor_kind", *(kind.value for kind in PrincipalKind)),
    "action": filters.word("action"),
    "target_type": filters.word("target_type"),
    "target_id": filters.text("target_id"),
    "outcome": filters.choice("outcome", *(str(outcome.value) for outcome in Outcome)),
    "created_at": filters.timestamp("created_at"),
}


class EntriesView(Endpoint):
    """The audit log of an organization."""

    audience = Audience.MEMBER
    tag = "audit"
    permissions = {"GET": policies.READ}
    page = KeysetPage(sort_fields={"created_at": "created_at"}, default_sort="-created_at", filters=FILTERS)

    @extend_schema(responses={200: AuditEntrySerializer(many=True)}, examples=shown(answers={200: EXAMPLE}))
    def get(self, request: Request) -> Response:
        """List what was done.

        By whom, when, to what, with which parameters and how it ended; the newest first. `filter[action][prefix]` is
        for all that an app writes down (`identity:`), or all that is done to one kind of thing (`identity:session:`).
        """
        with organization_scope(self.organization_id, read_only=True):
            rows = selectors.entries(organization_id=self.organization_id)
            return Response(self.page.paginate(request, rows, represent=_shown))


class ExportView(Endpoint):
    """The audit log of an organization, whole."""

    audience = Audience.MEMBER
    tag = "audit"
    permissions = {"GET": policies.READ}
    throttles = ("export",)

    @extend_schema(
        parameters=[
            OpenApiParameter(name, dict(declared.schema))
            for name, operator, declared in filters.parameters(FILTERS)
            if operator != "in"
        ],
        responses={(200, LINES): OpenApiTypes.STR},
        examples=[
            OpenApiExample(
                "Lines",
                value=orjson.dumps(EXAMPLE).decode(),
                response_only=True,
                media_type=LINES,
                status_codes=["200"],
            )
        ],
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Export what was done.

        One JSON object in each line (JSON Lines), the oldest first, as long as there are any; each is what the list
        shows. The filters are those of the list.
        """
        rows = selectors.entries(organization_id=self.organization_id).filter(*_conditions(request))
        answer = StreamingHttpResponse(_lines(rows, self.organization_id), content_type=LINES)
        answer["Content-Disposition"] = 'attachment; filename="audit.jsonl"'
        answer["Cache-Control"] = "no-store"
        return answer


def _conditions(request: Request) -> list[Q]:
    query = request.query_params
    strangers = sorted(name for name in query if not name.startswith("filter"))
    if strangers:
        raise Invalid(
            errors=[FieldError("", "unknown_parameter", Invalid.message, parameter=each) for each in strangers]
        )
    found = filters.conditions(query.dict(), FILTERS)
    return [Q((condition.lookup, condition.value)) for condition in found]


def _lines(rows: QuerySet[Any, Any], organization_id: UUID) -> Iterator[bytes]:
    scope = partial(organization_scope, organization_id, read_only=True)
    for page in selectors.pages(rows, scope=scope):
        yield b"".join(orjson.dumps(_body(facts)) + b"\n" for facts in page)


def _shown(row: Any) -> dict[str, Any]:
    return _body(selectors.entry_facts(row))


def _body(facts: EntryFacts) -> dict[str, Any]:
    return {
        "id": str(facts.id),
        "created_at": rfc3339(facts.created_at),
        "action": facts.action,
        "actor": {"kind": facts.actor_kind, "id": facts.actor_id and str(facts.actor_id)},
        "target": {"type": facts.target_type, "id": facts.target_id},
        "outcome": facts.outcome,
        "parameters": facts.parameters,
        "request_id": facts.request_id,
        "ip": facts.ip,
        "erased": facts.erased,
    }
