"""The audit log of all organizations and of none."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.delivery.admin_api.doors import AdminEndpoint
from tenon.kernel.errors import NotFound
from tenon.kernel.http import filters
from tenon.kernel.http.examples import shown
from tenon.kernel.http.pagination import KeysetPage
from tenon.kernel.principal import PrincipalKind
from tenon.kernel.tenancy.scopes import system_scope
from tenon.platform.audit import selectors

VIEW = "audit.view_entry"
_REASON = "staff read what was done in every organization"
_EXAMPLE = {
    "id": "0199f6f0-4c1e-7a52-9d3c-5b6f1f0a7e21",
    "created_at": "2026-11-20T09:30:00Z",
    "actor_kind": "staff",
    "actor_id": "0199f6f0-4c1e-7a52-9d3c-000000000007",
    "action": "admin:user:disable",
    "target_type": "user",
    "target_id": "0199f6f0-4c1e-7a52-9d3c-000000000009",
    "organization_id": None,
    "outcome": "success",
    "request_id": "0199f6f0-4c1e-7a52-9d3c-00000000abcd",
    "ip": "192.0.2.7",
    "parameters": {"user_id": "0199f6f0-4c1e-7a52-9d3c-000000000009"},
    "erased": False,
}


class EntrySerializer(serializers.Serializer[Any]):
    """One thing that was done, or refused. `erased`: its personal part is gone, with the person."""

    id = serializers.UUIDField()
    created_at = serializers.DateTimeField()
    actor_kind = serializers.ChoiceField([kind.value for kind in PrincipalKind])
    actor_id = serializers.UUIDField(allow_null=True)
    action = serializers.CharField()
    target_type = serializers.CharField()
    target_id = serializers.CharField()
    organization_id = serializers.UUIDField(allow_null=True)
    outcome = serializers.ChoiceField(["success", "refused", "failed"])
    request_id = serializers.CharField()
    ip = serializers.CharField()
    parameters = serializers.DictField()
    erased = serializers.BooleanField()


class EntriesView(AdminEndpoint):
    """The audit log."""

    tag = "audit"
    rights = {"GET": VIEW}
    page = KeysetPage(
        # Ids are made in the order of time.
        sort_fields={"created_at": "id"},
        default_sort="-created_at",
        filters={
            "actor_id": filters.identifier("actor_id"),
            "action": filters.word("action"),
            "target_type": filters.word("target_type"),
            "target_id": filters.text("target_id"),
            "organization_id": filters.identifier("organization_id"),
            "outcome": filters.choice("outcome", "success", "refused", "failed"),
            "created_at": filters.timestamp("created_at"),
        },
    )

    @extend_schema(responses={200: EntrySerializer(many=True)}, examples=shown(answers={200: _EXAMPLE}))
    def get(self, request: Request) -> Response:
        """List what was done.

        In every organization and outside of them, the newest first. `filter[action][prefix]=admin:` is what staff did
        through this API.
        """
        with system_scope(reason=_REASON, read_only=True):
            return Response(self.page.paginate(request, selectors.entries_of(), represent=_shown))


class EntryView(AdminEndpoint):
    """One entry of the audit log."""

    tag = "audit"
    rights = {"GET": VIEW}

    @extend_schema(responses={200: EntrySerializer}, examples=shown(answers={200: _EXAMPLE}))
    def get(self, request: Request, entry_id: UUID) -> Response:
        """Read an entry of the audit log."""
        with system_scope(reason=_REASON, read_only=True):
            found = selectors.entries_of().filter(pk=entry_id).first()
        if found is None:
            raise NotFound
        return Response(_shown(found))


def _shown(row: Any) -> dict[str, Any]:
    return asdict(selectors.entry_facts(row))
