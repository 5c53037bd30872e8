"""The audit log in the portal: to be read by staff, of all organizations, and changed by nobody."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from tenon.kernel.portal.across import AcrossOrganizations
from tenon.platform.audit.models import Entry


class SourceFilter(admin.SimpleListFilter):
    """What an app writes down: the first word of an action."""

    title = _("source")
    parameter_name = "source"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        from tenon.kernel.outbox.events import known_events

        sources = {event.audited.partition(":")[0] for event in known_events() if event.audited}
        return [(source, source) for source in sorted(sources | {"audit"})]

    def queryset(self, request: HttpRequest, entries: QuerySet[Entry]) -> QuerySet[Entry]:
        return entries.filter(action__startswith=f"{self.value()}:") if self.value() else entries


@admin.register(Entry)
class EntryAdmin(AcrossOrganizations):
    """What was done, and what was refused."""

    list_display = ("created_at", "action", "actor", "target", "organization_id", "how", "address")
    list_display_links = ("created_at",)
    list_filter = (SourceFilter, "outcome", "actor_kind", "created_at")
    search_fields = ("action", "target_id", "request_id")
    search_help_text = _("Beginning of an action, id of whom or what, id of the request")
    ordering = ("-id",)
    fieldsets = (
        (None, {"fields": ("created_at", "action", "how")}),
        (_("Who"), {"fields": ("actor", "address", "request_id")}),
        (_("What"), {"fields": ("target", "organization_id", "parameters")}),
        (_("Record"), {"fields": ("id", "commitment", "erased")}),
    )
    readonly_fields = (
        "id",
        "created_at",
        "action",
        "how",
        "actor",
        "address",
        "request_id",
        "target",
        "organization_id",
        "parameters",
        "commitment",
        "erased",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entry]:
        entries: QuerySet[Entry] = super().get_queryset(request)
        return entries.select_related("detail")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By what begins an action, or by any id that an entry has."""
        term = search_term.strip()
        if not term:
            return queryset, False
        try:
            found = UUID(term)
        except ValueError:
            return queryset.filter(Q(action__startswith=term) | Q(target_id=term) | Q(request_id=term)), False
        own = Q(pk=found) | Q(actor_id=found) | Q(organization_id=found)
        return queryset.filter(own | Q(target_id=str(found)) | Q(request_id=term)), False

    @display(description=_("Who"))
    def actor(self, entry: Entry) -> str:
        return f"{entry.actor_kind} {entry.actor_id}" if entry.actor_id else entry.actor_kind

    @display(description=_("What"))
    def target(self, entry: Entry) -> str:
        return f"{entry.target_type} {entry.target_id}".strip()

    @display(
        description=_("Outcome"),
        ordering="outcome",
        label={"success": "success", "refused": "warning", "failed": "danger"},
    )
    def how(self, entry: Entry) -> str:
        return entry.outcome

    @display(description=_("Network address"))
    def address(self, entry: Entry) -> str:
        return entry.detail.ip

    @display(description=_("Parameters"))
    def parameters(self, entry: Entry) -> str:
        return entry.detail.parameters

    @display(description=_("Erased"), boolean=True)
    def erased(self, entry: Entry) -> bool:
        return entry.detail.erased_at is not None
