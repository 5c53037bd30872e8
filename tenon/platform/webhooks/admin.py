"""Webhooks in the portal: where events go, what became of each, and sending them again."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import action, display

from tenon.kernel import clock
from tenon.kernel.portal.across import AcrossOrganizations, acting_for
from tenon.platform.webhooks import selectors, services
from tenon.platform.webhooks.models import Delivery, Endpoint
from tenon.platform.webhooks.services import secrets

State = Delivery.State
_STATES = {
    State.DELIVERED.label: "success",
    State.PENDING.label: "info",
    State.FAILED.label: "danger",
    State.SKIPPED.label: "warning",
}


@admin.register(Endpoint)
class EndpointAdmin(AcrossOrganizations):
    """Endpoints. Their organizations make and change them; of the secrets nothing is shown."""

    list_display = ("url", "organization_name", "shown_state", "failing_since", "created_at")
    list_select_related = ("organization",)
    list_filter = ("state", "disabled_reason", ("organization", AutocompleteSelectFilter))
    search_fields = ("url", "organization__name", "organization__slug")
    search_help_text = _("Address, name of the organization, or id")
    ordering = ("-id",)
    actions = ("enable", "disable", "send_test")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "url",
                    "organization_name",
                    "description",
                    "types",
                    "shown_state",
                    "disabled_reason",
                    "signed",
                )
            },
        ),
        (_("History"), {"fields": (("disabled_at", "failing_since"), ("created_at", "updated_at"), "id")}),
    )
    readonly_fields = ("organization_name", "types", "shown_state", "signed")

    @display(description=_("Organization"), ordering="organization__name")
    def organization_name(self, endpoint: Endpoint) -> str:
        return endpoint.organization.name

    @display(description=_("Types of event"))
    def types(self, endpoint: Endpoint) -> str:
        return ", ".join(endpoint.event_types)

    @display(
        description=_("State"),
        ordering="state",
        label={Endpoint.State.ENABLED.label: "success", Endpoint.State.DISABLED.label: "danger"},
    )
    def shown_state(self, endpoint: Endpoint) -> str:
        return Endpoint.State(endpoint.state).label

    @display(description=_("Signature"))
    def signed(self, endpoint: Endpoint) -> str:
        if secrets.is_readable(endpoint):
            return gettext("With the secret of this endpoint")
        return gettext(
            "Its secret can no longer be read, so that every delivery fails. Its organization must rotate it."
        )

    @action(description=_("Enable"), permissions=["act"])
    def enable(self, request: HttpRequest, endpoints: QuerySet[Endpoint]) -> None:
        self._switch(request, endpoints, enabled=True, done=gettext("Enabled"))

    @action(description=_("Disable"), permissions=["act"])
    def disable(self, request: HttpRequest, endpoints: QuerySet[Endpoint]) -> None:
        self._switch(request, endpoints, enabled=False, done=gettext("Disabled"))

    @action(description=_("Send a test"), permissions=["act"])
    def send_test(self, request: HttpRequest, endpoints: QuerySet[Endpoint]) -> None:
        def send(endpoint: Endpoint) -> None:
            principal = acting_for(request, endpoint.belongs_to)
            services.send_test(principal=principal, endpoint_id=endpoint.pk, now=clock.now())

        self.each(request, endpoints, send, done=gettext("Test sent"))

    def _switch(self, request: HttpRequest, endpoints: QuerySet[Endpoint], *, enabled: bool, done: str) -> None:
        def switch(endpoint: Endpoint) -> None:
            services.update(
                principal=acting_for(request, endpoint.belongs_to),
                endpoint_id=endpoint.pk,
                changes={"enabled": enabled},
                now=clock.now(),
            )

        self.each(request, endpoints, switch, done=done)


@admin.register(Delivery)
class DeliveryAdmin(AcrossOrganizations):
    """Deliveries with their attempts. Those that are over go after a while."""

    list_display = (
        "event_type",
        "endpoint",
        "organization_name",
        "shown_state",
        "attempts",
        "last_status",
        "created_at",
    )
    list_select_related = ("endpoint", "organization")
    list_filter = ("state", "event_type", ("organization", AutocompleteSelectFilter))
    search_fields = ("endpoint__url", "organization__name", "organization__slug")
    search_help_text = _("Address of the endpoint, name of the organization, or id")
    ordering = ("-id",)
    actions = ("redeliver",)
    fieldsets = (
        (
            None,
            {"fields": ("event_type", "event_id", "endpoint", "organization_name", "shown_state", "next_attempt_at")},
        ),
        (_("Attempts"), {"fields": ("log",)}),
        (_("What is sent"), {"fields": ("body",)}),
        (_("History"), {"fields": (("created_at", "settled_at"), "id")}),
    )
    readonly_fields = ("organization_name", "shown_state", "log")

    @display(description=_("Organization"), ordering="organization__name")
    def organization_name(self, delivery: Delivery) -> str:
        return delivery.organization.name

    @display(description=_("State"), ordering="state", label=_STATES)
    def shown_state(self, delivery: Delivery) -> str:
        return State(delivery.state).label

    @display(description=_("Attempts"))
    def log(self, delivery: Delivery) -> SafeString | str:
        rows = [
            (
                each["number"],
                f"{each['started_at']:%Y-%m-%d %H:%M:%S}",
                each["outcome"],
                _said(each),
                each["milliseconds"],
            )
            for each in selectors.attempts_of(delivery.pk)
        ]
        if not rows:
            return gettext("None yet.")
        return format_html("<ol>{}</ol>", format_html_join("", "<li>{}. {} {} {} ({} ms)</li>", rows))

    @action(description=_("Send again"), permissions=["act"])
    def redeliver(self, request: HttpRequest, deliveries: QuerySet[Delivery]) -> None:
        def send(delivery: Delivery) -> None:
            principal = acting_for(request, delivery.organization_id)
            services.redeliver(principal=principal, delivery_id=delivery.pk, now=clock.now())

        self.each(request, deliveries, send, done=gettext("On its way again"))


def _said(attempt: dict[str, Any]) -> str:
    """What came of an attempt, in a line."""
    return attempt["error"] if attempt["status"] is None else f"{attempt['status']} {attempt['answer'][:200]}".strip()
