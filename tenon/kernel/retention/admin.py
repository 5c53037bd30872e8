"""Purges in the portal: how each stands, and what its runs did. Run now, and other times: under Schedules."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from tenon.kernel import clock
from tenon.kernel.portal.admin import PortalAdmin
from tenon.kernel.retention.declaring import purges
from tenon.kernel.retention.models import Purge, Report
from tenon.kernel.retention.standing import standings

WELL, LATE, FAILING = _("Well"), _("Late"), _("Failing")


class PurgeFilter(admin.SimpleListFilter):
    """Of which purge."""

    title = _("purge")
    parameter_name = "purge"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [(name, name) for name in purges()]

    def queryset(self, request: HttpRequest, reports: QuerySet[Report]) -> QuerySet[Report]:
        name = self.value()
        return reports.filter(name=name) if name else reports


class OutcomeFilter(admin.SimpleListFilter):
    """How it ended."""

    title = _("outcome")
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [("purged", _("Purged")), ("failed", _("Failed"))]

    def queryset(self, request: HttpRequest, reports: QuerySet[Report]) -> QuerySet[Report]:
        outcome = self.value()
        return reports.filter(purged__isnull=outcome == "failed") if outcome in ("purged", "failed") else reports


@admin.register(Purge)
class PurgeAdmin(PortalAdmin):
    """Every purge that has run, and whether it still does."""

    list_display = ("name", "standing", "succeeded_at", "failed_at", "error")
    search_fields = ("name",)
    ordering = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Purge]:
        """Without what no code declares any more."""
        rows: QuerySet[Purge] = super().get_queryset(request).filter(name__in=purges())
        return rows

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Asks once for the page, not once for each row, which of them are late."""
        page = super().get_changelist_instance(request)
        late = {each.name for each in standings(now=clock.now()) if each.is_late}
        for purge in page.result_list:
            purge.is_late = purge.name in late
        return page

    @display(description=_("State"), label={WELL: "success", LATE: "warning", FAILING: "danger"})
    def standing(self, purge: Purge) -> Any:
        if purge.is_failing:
            return FAILING
        return LATE if purge.is_late else WELL


@admin.register(Report)
class ReportAdmin(PortalAdmin):
    """What each run did."""

    list_display = ("name", "started_at", "took", "purged", "error")
    list_filter = (PurgeFilter, OutcomeFilter)
    search_fields = ("name",)
    ordering = ("-started_at",)

    @display(description=_("Seconds"), ordering="seconds")
    def took(self, report: Report) -> str:
        return f"{report.seconds:.3f}"
