"""Jobs in the portal: how each run went, which may be tried again, and when what comes back does."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from tenon.kernel import clock
from tenon.kernel.jobs import services
from tenon.kernel.jobs.models import Run, RunState
from tenon.kernel.outbox import registry, schedules
from tenon.kernel.outbox.models import Schedule
from tenon.kernel.portal.admin import CHANGE, PortalAdmin


class StateFilter(admin.SimpleListFilter):
    """How a run stands."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return RunState.choices

    def queryset(self, request: HttpRequest, runs: QuerySet[Run]) -> QuerySet[Run]:
        state = self.value()
        return runs.in_state(state, now=clock.now()) if state in RunState.values else runs  # type: ignore[attr-defined]


class JobFilter(admin.SimpleListFilter):
    """Of which job."""

    title = _("job")
    parameter_name = "job"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [(job.name, job.name) for job in registry.jobs()]

    def queryset(self, request: HttpRequest, runs: QuerySet[Run]) -> QuerySet[Run]:
        name = self.value()
        return runs.filter(name=name) if name else runs


@admin.register(Run)
class RunAdmin(PortalAdmin):
    """Jobs that ran, run or will. What they are called with is shown to nobody."""

    list_display = ("name", "standing", "attempts", "created_at", "started_at", "ended", "last_error")
    list_display_links = ("name",)
    list_filter = (StateFilter, JobFilter)
    search_fields = ("name",)
    search_help_text = _("Name of the job, or id")
    ordering = ("-sequence",)
    actions = ("try_again",)
    fieldsets = (
        (None, {"fields": ("name", "standing", "attempts", "last_error", "organization_id")}),
        (_("Times"), {"fields": (("created_at", "available_at"), ("started_at", "ended"), "id")}),
    )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """As elsewhere; the id that is known outside is not the key here."""
        try:
            return queryset.filter(id=UUID(search_term.strip())), False
        except ValueError:
            found: tuple[QuerySet[Any], bool] = super().get_search_results(request, queryset, search_term)
            return found

    @display(
        description=_("State"),
        label={
            RunState.SUCCEEDED.label: "success",
            RunState.DEAD.label: "danger",
            RunState.RETRYING.label: "warning",
            RunState.RUNNING.label: "info",
        },
    )
    def standing(self, run: Run) -> Any:
        return run.state(now=clock.now()).label

    @display(description=_("Ended"))
    def ended(self, run: Run) -> Any:
        return run.finished_at

    def get_readonly_fields(self, request: HttpRequest, obj: Run | None = None) -> Any:
        return ("standing", "ended")

    @action(description=_("Try again"), permissions=["act"])
    def try_again(self, request: HttpRequest, runs: QuerySet[Run]) -> None:
        self.each(request, runs, lambda run: services.retry(run_id=run.id, now=clock.now()), done=gettext("Due again"))


@admin.register(Schedule)
class ScheduleAdmin(PortalAdmin):
    """What comes back, and when. The code declares it; here it is switched off, planned otherwise, or run now."""

    writes = frozenset({CHANGE})
    list_display = ("name", "in_force", "enabled", "next_run_at", "last_enqueued_at")
    list_filter = ("enabled",)
    search_fields = ("name",)
    ordering = ("name",)
    actions = ("run_now",)
    fieldsets = (
        (None, {"fields": ("name", "declared", "in_force", "enabled")}),
        (
            _("Otherwise than the code"),
            {
                "fields": ("every_seconds", ("cron", "timezone")),
                "description": _("Seconds between two rounds, or a cron expression (0 3 * * 1) in a time zone."),
            },
        ),
        (_("Times"), {"fields": (("next_run_at", "last_enqueued_at"),)}),
    )

    @display(description=_("Plan of the code"))
    def declared(self, schedule: Schedule) -> str | None:
        plan = registry.schedules().get(schedule.name)
        return str(plan) if plan else None

    @display(description=_("Plan in force"))
    def in_force(self, schedule: Schedule) -> str | None:
        plan = registry.schedules().get(schedule.name)
        return str(schedules.plan_of(schedule, plan)) if plan else None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Schedule]:
        """Without what no code declares any more."""
        rows: QuerySet[Schedule] = super().get_queryset(request).filter(name__in=registry.schedules())
        return rows

    def get_readonly_fields(self, request: HttpRequest, obj: Schedule | None = None) -> Any:
        return ("name", "declared", "in_force", "next_run_at", "last_enqueued_at")

    def save_model(self, request: HttpRequest, obj: Schedule, form: Any, change: bool) -> None:
        values = {name: form.cleaned_data[name] for name in ("enabled", "every_seconds", "cron", "timezone")}
        services.change_schedule(name=obj.name, **values)

    @action(description=_("Run now"), permissions=["act"])
    def run_now(self, request: HttpRequest, rows: QuerySet[Schedule]) -> None:
        def run(schedule: Schedule) -> None:
            services.run_schedule(name=schedule.name, now=clock.now())

        self.each(request, rows, run, done=gettext("Started"))
