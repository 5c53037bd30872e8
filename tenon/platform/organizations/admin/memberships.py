"""Memberships in the portal: who belongs where, and as what."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminSelectWidget

from tenon.kernel.portal.across import AcrossOrganizations, acting_for
from tenon.kernel.portal.admin import CHANGE, DELETE
from tenon.kernel.portal.forms import ServiceForm
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.organizations import policies, selectors, services
from tenon.platform.organizations.models import Membership


class MembershipForm(ServiceForm):
    """The roles of a member, out of those that their organization knows."""

    role = forms.ChoiceField(label=_("Role"), widget=UnfoldAdminSelectWidget())
    grants = forms.MultipleChoiceField(
        label=_("Further roles"), required=False, widget=UnfoldAdminCheckboxSelectMultipleWidget()
    )

    class Meta:
        model = Membership
        fields = ("role", "grants")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        with organization_scope(self.instance.organization_id, read_only=True):
            known = sorted(policies.known_roles(selectors.own_roles()))
        for name in {"role", "grants"} & set(self.fields):
            self.fields[name].choices = [(role, role) for role in known]  # type: ignore[attr-defined]


@admin.register(Membership)
class MembershipAdmin(AcrossOrganizations):
    """Memberships. New ones come by invitation, which the person accepts."""

    writes = frozenset({CHANGE, DELETE})
    list_display = ("user", "organization_name", "role", "further", "created_at")
    list_display_links = ("user",)
    list_select_related = ("user", "organization")
    list_filter = (("organization", AutocompleteSelectFilter), "role")
    search_fields = ("user__email", "organization__name", "organization__slug")
    search_help_text = _("Address of the person, name of the organization, or id")
    ordering = ("-id",)
    fieldsets = (
        (None, {"fields": (("user", "organization_name"), "role", "grants")}),
        (_("History"), {"fields": (("created_at", "updated_at", "selected_at"), ("version", "id"))}),
    )
    readonly_fields = ("user", "organization_name", "created_at", "updated_at", "selected_at", "version", "id")

    @display(description=_("Organization"), ordering="organization__name")
    def organization_name(self, membership: Membership) -> str:
        return membership.organization.name

    @display(description=_("Further roles"))
    def further(self, membership: Membership) -> str:
        return ", ".join(membership.grants)

    def get_form(self, request: HttpRequest, obj: Membership | None = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, **{"form": MembershipForm, **kwargs})

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        memberships: QuerySet[Membership] = super().get_queryset(request)
        return memberships.select_related("user", "organization")

    def has_change_permission(self, request: HttpRequest, obj: Membership | None = None) -> bool:
        return super().has_change_permission(request, obj) and _is_open(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Membership | None = None) -> bool:
        return super().has_delete_permission(request, obj) and _is_open(obj)

    def save_model(self, request: HttpRequest, obj: Membership, form: Any, change: bool) -> None:
        principal, values = acting_for(request, obj.organization_id), form.cleaned_data
        if "role" in form.changed_data:
            services.change_role(principal=principal, user_id=obj.user_id, role=values["role"])
        if "grants" in form.changed_data:
            services.change_grants(principal=principal, user_id=obj.user_id, grants=values["grants"])

    def delete_model(self, request: HttpRequest, obj: Membership) -> None:
        services.remove_member(principal=acting_for(request, obj.organization_id), user_id=obj.user_id)


def _is_open(membership: Membership | None) -> bool:
    return membership is None or membership.organization.closed_at is None
