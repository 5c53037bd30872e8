"""The outbox in the portal: what waits, what is dead and why, and having it tried again. Payloads are never shown."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from tenon.kernel import clock
from tenon.kernel.errors import NotFound
from tenon.kernel.outbox import upkeep
from tenon.kernel.outbox.models import Entry
from tenon.kernel.portal.admin import PortalAdmin

_STATES = {
    "due": _("Due"),
    "running": _("In progress"),
    "later": _("Later"),
    "delivered": _("Delivered"),
    "dead": _("Dead"),
}


def _condition(state: str, now: datetime) -> Q:
    held, waiting = Q(claimed_until__gt=now), Q(available_at__isnull=False)
    return {
        "due": waiting & Q(available_at__lte=now) & ~_known(held),
        "running": waiting & held,
        "later": waiting & Q(available_at__gt=now) & ~_known(held),
        "delivered": Q(delivered_at__isnull=False),
        "dead": Q(dead_at__isnull=False),
    }[state]


def _known(held: Q) -> Q:
    """`held`, of rows that have such a time: without one, its opposite would be unknown too."""
    return Q(claimed_until__isnull=False) & held


def state_of(entry: Entry, now: datetime) -> str:
    """One of the states that the page shows."""
    if entry.dead_at:
        return "dead"
    if entry.available_at is None:
        return "delivered"
    if entry.claimed_until and entry.claimed_until > now:
        return "running"
    return "due" if entry.available_at <= now else "later"


class StateFilter(admin.SimpleListFilter):
    """What has become of a row."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return list(_STATES.items())

    def queryset(self, request: HttpRequest, entries: QuerySet[Entry]) -> QuerySet[Entry]:
        value = self.value()
        return entries.filter(_condition(value, clock.now())) if value in _STATES else entries


@admin.register(Entry)
class EntryAdmin(PortalAdmin):
    """Events and jobs. What they carry may be secret or of a person, so their payload is on no page."""

    list_display = ("name", "state", "attempts", "created_at", "available_at", "organization_id", "error")
    list_display_links = ("name",)
    list_filter = (StateFilter, "kind")
    search_fields = ("^name", "^aggregate")
    search_help_text = _("Beginning of the name or of the aggregate, id, or id of the organization")
    ordering = ("-sequence",)
    actions = ("retry",)
    fieldsets = (
        (None, {"fields": ("name", "kind", "state", "organization_id", "aggregate")}),
        (_("Attempts"), {"fields": ("attempts", "last_error", "claimed_until")}),
        (
            _("Times"),
            {
                "fields": (
                    ("created_at", "available_at", "started_at"),
                    ("delivered_at", "dead_at"),
                    ("sequence", "id"),
                )
            },
        ),
    )

    @display(
        description=_("State"),
        label={
            _STATES["due"]: "info",
            _STATES["running"]: "info",
            _STATES["later"]: "warning",
            _STATES["delivered"]: "success",
            _STATES["dead"]: "danger",
        },
    )
    def state(self, entry: Entry) -> Any:
        return _STATES[state_of(entry, clock.now())]

    @admin.display(description=_("Last error"))
    def error(self, entry: Entry) -> str:
        return f"{entry.last_error[:80]}…" if len(entry.last_error) > 80 else entry.last_error

    def get_readonly_fields(self, request: HttpRequest, obj: Entry | None = None) -> Any:
        return ("state",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Entry], search_term: str
    ) -> tuple[QuerySet[Entry], bool]:
        try:
            identity = UUID(search_term.strip())
        except ValueError:
            return super().get_search_results(request, queryset, search_term)
        return queryset.filter(Q(id=identity) | Q(organization_id=identity)), False

    @action(description=_("Try again"), permissions=["act"])
    def retry(self, request: HttpRequest, entries: QuerySet[Entry]) -> None:
        """Dead rows are due again, with all their attempts before them."""

        def again(entry: Entry) -> None:
            if not upkeep.retry(now=clock.now(), entry_ids=[entry.id]):
                raise NotFound(detail=gettext("This is not dead."))

        self.each(request, entries, again, done=gettext("Made due again"))
