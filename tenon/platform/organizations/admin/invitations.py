"""Invitations in the portal: sending them, taking them back, and what became of them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminTextInputWidget

from tenon.kernel import clock
from tenon.kernel.portal.across import AcrossOrganizations, acting_for
from tenon.kernel.portal.admin import ADD
from tenon.kernel.portal.forms import ServiceForm
from tenon.platform.organizations import policies, services
from tenon.platform.organizations.models import Invitation, Organization

State = Invitation.State


class InvitationForm(ServiceForm):
    """Whom to invite, where to, and as what."""

    into = forms.ModelChoiceField(
        label=_("Organization"),
        queryset=Organization.objects.open(),
        widget=AutocompleteSelect(Invitation._meta.get_field("organization"), admin.site),
    )
    role = forms.CharField(
        label=_("Role"),
        initial=policies.MEMBER,
        widget=UnfoldAdminTextInputWidget(),
        help_text=_("admin, member, billing, or a role that the organization made for itself."),
    )

    class Meta:
        model = Invitation
        fields = ("email", "role")


@admin.register(Invitation)
class InvitationAdmin(AcrossOrganizations):
    """Invitations. Of the secret in the emailed link nothing is shown, and only its digest is kept."""

    writes = frozenset({ADD})
    list_display = ("email", "organization_name", "role", "what_became", "invited_by", "created_at", "expires_at")
    list_select_related = ("organization", "invited_by")
    list_filter = ("state", ("organization", AutocompleteSelectFilter))
    search_fields = ("email", "organization__name", "organization__slug", "invited_by__email")
    search_help_text = _("Address, name of the organization, or id")
    ordering = ("-id",)
    actions = ("revoke",)
    add_fieldsets = ((None, {"fields": ("into", "email", "role")}),)
    fieldsets = (
        (None, {"fields": ("email", "organization_name", "role", "what_became", "invitee")}),
        (_("History"), {"fields": ("invited_by", ("created_at", "expires_at", "updated_at"), "id")}),
    )

    @display(description=_("Organization"), ordering="organization__name")
    def organization_name(self, invitation: Invitation) -> str:
        return invitation.organization.name

    @display(
        description=_("State"),
        ordering="state",
        label={
            State.PENDING.label: "info",
            State.ACCEPTED.label: "success",
            State.DECLINED.label: "warning",
            State.EXPIRED.label: "warning",
            State.REVOKED.label: "danger",
        },
    )
    def what_became(self, invitation: Invitation) -> str:
        if invitation.state == State.PENDING and not invitation.is_open(clock.now()):
            return State.EXPIRED.label
        return State(invitation.state).label

    def get_form(self, request: HttpRequest, obj: Invitation | None = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, **({} if obj else {"form": InvitationForm}), **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Invitation | None = None) -> Any:
        return ("organization_name", "what_became") if obj else ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Invitation]:
        invitations: QuerySet[Invitation] = super().get_queryset(request)
        return invitations.select_related("organization", "invited_by", "invitee")

    def save_model(self, request: HttpRequest, obj: Invitation, form: Any, change: bool) -> None:
        values = form.cleaned_data
        principal = acting_for(request, values["into"].pk)
        sent = services.invite(principal=principal, email=values["email"], role=values["role"], now=clock.now())
        obj.pk, obj.organization_id = sent.id, values["into"].pk

    @action(description=_("Revoke"), permissions=["act"])
    def revoke(self, request: HttpRequest, invitations: QuerySet[Invitation]) -> None:
        def take_back(invitation: Invitation) -> None:
            principal = acting_for(request, invitation.organization_id)
            services.revoke_invitation(principal=principal, invitation_id=invitation.pk)

        self.each(request, invitations, take_back, done=gettext("Revoked"))
