"""API keys in the portal: whose they are, when they were used, and ending one."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import action, display

from tenon.kernel import clock
from tenon.kernel.portal.across import AcrossOrganizations, acting_for
from tenon.platform.api_keys import services
from tenon.platform.api_keys.engines import secrets
from tenon.platform.api_keys.models import ApiKey


@admin.register(ApiKey)
class ApiKeyAdmin(AcrossOrganizations):
    """Keys of all organizations. Secrets are shown to whoever makes them, and kept nowhere."""

    list_display = ("name", "prefix", "organization_name", "state", "created_by", "created_at", "last_used")
    list_select_related = ("organization", "created_by", "credential")
    list_filter = (("organization", AutocompleteSelectFilter),)
    search_fields = ("name", "credential__public_id", "organization__name", "organization__slug", "created_by__email")
    search_help_text = _("Name, the part behind the environment, organization, person, or id")
    ordering = ("-id",)
    actions = ("revoke",)
    fieldsets = (
        (None, {"fields": ("name", "prefix", "organization_name", "state", "scopes")}),
        (_("Use"), {"fields": ("last_used", "last_used_ip")}),
        (_("History"), {"fields": ("created_by", ("created_at", "rotated_at", "expires_at", "revoked_at"), "id")}),
    )

    @display(description=_("Prefix"))
    def prefix(self, key: ApiKey) -> str:
        return secrets.prefix(key.credential.public_id)

    @display(description=_("Organization"), ordering="organization__name")
    def organization_name(self, key: ApiKey) -> str:
        return key.organization.name

    @display(description=_("State"), label={_("Active"): "success", _("Revoked"): "danger", _("Expired"): "warning"})
    def state(self, key: ApiKey) -> Any:
        if key.credential.revoked_at:
            return _("Revoked")
        return _("Active") if key.credential.is_live(clock.now()) else _("Expired")

    @display(description=_("Scopes"))
    def scopes(self, key: ApiKey) -> str:
        return ", ".join(key.credential.scopes)

    @display(description=_("Last used"), ordering="credential__last_used_at")
    def last_used(self, key: ApiKey) -> Any:
        return key.credential.last_used_at

    @display(description=_("From"))
    def last_used_ip(self, key: ApiKey) -> str | None:
        return key.credential.last_used_ip

    @display(description=_("Rotated"))
    def rotated_at(self, key: ApiKey) -> Any:
        return key.credential.rotated_at

    @display(description=_("Ends"))
    def expires_at(self, key: ApiKey) -> Any:
        return key.credential.expires_at

    @display(description=_("Revoked"))
    def revoked_at(self, key: ApiKey) -> Any:
        return key.credential.revoked_at

    def get_readonly_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> Any:
        facts = ("prefix", "organization_name", "state", "scopes", "last_used", "last_used_ip")
        return (*facts, "rotated_at", "expires_at", "revoked_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiKey]:
        keys: QuerySet[ApiKey] = super().get_queryset(request)
        return keys.select_related("organization", "created_by", "credential")

    @action(description=_("Revoke"), permissions=["act"])
    def revoke(self, request: HttpRequest, keys: QuerySet[ApiKey]) -> None:
        def end(key: ApiKey) -> None:
            services.revoke(principal=acting_for(request, key.organization_id), key_id=key.pk, now=clock.now())

        self.each(request, keys, end, done=gettext("Revoked"))
