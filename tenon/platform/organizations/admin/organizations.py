"""Organizations in the portal."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from tenon.kernel import clock, money
from tenon.kernel.errors import FieldError, NotFound
from tenon.kernel.http.localities import is_country, zone_names
from tenon.kernel.portal.across import AcrossOrganizations, acting_for
from tenon.kernel.portal.admin import ADD, CHANGE
from tenon.kernel.portal.forms import ServiceForm
from tenon.kernel.tenancy import scopes
from tenon.platform.organizations import services
from tenon.platform.organizations.errors import WrongName
from tenon.platform.organizations.models import Membership, Organization

_DETAILS = ("timezone", "locale", "country", "currency")


class OrganizationForm(ServiceForm):
    """What staff may change of an organization; `closing_name`, typed, closes it."""

    timezone = forms.ChoiceField(
        label=_("Time zone"),
        initial="UTC",
        choices=lambda: [(name, name) for name in zone_names()],
        widget=UnfoldAdminSelectWidget(),
    )
    locale = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=lambda: [("", gettext("The deployment's")), *settings.LANGUAGES],
        widget=UnfoldAdminSelectWidget(),
    )
    closing_name = forms.CharField(
        label=_("Name of the organization"),
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
        help_text=_(
            "Type the name to close the organization. Nobody belongs to it any more, and nothing brings it back."
        ),
    )

    class Meta:
        model = Organization
        fields = ("name", "slug", "owner", *_DETAILS)
        help_texts: ClassVar = {
            "slug": _("The short name in addresses. Left empty, one follows from the name."),
            "owner": _("A member of the organization, who becomes its admin."),
            "country": _("Two letters, such as DE (ISO 3166-1)."),
            "currency": _("Three letters, such as EUR (ISO 4217)."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields and self.instance._state.adding:
            self.fields["slug"].required = False

    def clean_country(self) -> str:
        code = str(self.cleaned_data["country"]).upper()
        if code and not is_country(code):
            raise forms.ValidationError(gettext("This country is not known."))
        return code

    def clean_currency(self) -> str:
        code = str(self.cleaned_data["currency"]).upper()
        if code:
            try:
                money.exponent(code)
            except money.UnknownCurrency as refusal:
                raise forms.ValidationError(str(refusal)) from None
        return code


class StateFilter(admin.SimpleListFilter):
    """Open organizations, unless closed ones are asked for."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [("open", _("Open")), ("closed", _("Closed"))]

    def queryset(self, request: HttpRequest, organizations: QuerySet[Organization]) -> QuerySet[Organization]:
        if self.value() == "open":
            return organizations.filter(closed_at__isnull=True)
        return organizations.filter(closed_at__isnull=False) if self.value() == "closed" else organizations


@admin.register(Organization)
class OrganizationAdmin(AcrossOrganizations):
    """Organizations. They are closed by name, never deleted."""

    writes = frozenset({ADD, CHANGE})
    list_display = ("name", "slug", "owner", "people", "state", "created_at")
    list_select_related = ("owner",)
    list_filter = (StateFilter, "is_personal")
    search_fields = ("name", "slug", "owner__email")
    search_help_text = _("Name, short name, address of the owner or id")
    ordering = ("-id",)
    autocomplete_fields = ("owner",)
    fieldsets = (
        (None, {"fields": (("name", "slug"), "owner", "is_personal", "people")}),
        (_("Where"), {"fields": (("timezone", "locale"), ("country", "currency"))}),
        (_("History"), {"fields": (("created_at", "updated_at", "closed_at"), ("version", "id"))}),
        (_("Close for good"), {"fields": ("closing_name",), "classes": ("collapse",)}),
    )
    add_fieldsets = (
        (None, {"fields": (("name", "slug"), "owner")}),
        (_("Where"), {"fields": (("timezone", "locale"), ("country", "currency"))}),
    )
    readonly_fields = ("is_personal", "people", "created_at", "updated_at", "closed_at", "version", "id")

    @display(description=_("Members"), ordering="members")
    def people(self, organization: Any) -> str:
        address = f"{reverse('admin:organizations_membership_changelist')}?organization__id__exact={organization.pk}"
        return format_html('<a class="underline" href="{}">{}</a>', address, organization.members or 0)

    @display(description=_("State"), label={_("Open"): "success", _("Personal"): "info", _("Closed"): "danger"})
    def state(self, organization: Organization) -> Any:
        if organization.closed_at:
            return _("Closed")
        return _("Personal") if organization.is_personal else _("Open")

    def get_form(
        self, request: HttpRequest, obj: Organization | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        return super().get_form(request, obj, change, **{"form": OrganizationForm, **kwargs})

    def get_readonly_fields(self, request: HttpRequest, obj: Organization | None = None) -> Any:
        return self.readonly_fields if obj else ()

    def get_fieldsets(self, request: HttpRequest, obj: Organization | None = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        return [fieldset for fieldset in fieldsets if "closing_name" not in fieldset[1]["fields"]]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organization]:
        organizations: QuerySet[Organization] = super().get_queryset(request).select_related("owner")
        if scopes.current() is None:  # a form looks for an organization by name; nobody is counted there
            return organizations
        members = Membership.objects.filter(organization=OuterRef("pk")).order_by().values("organization")
        return organizations.annotate(members=Subquery(members.annotate(number=Count("pk")).values("number")))

    def has_change_permission(self, request: HttpRequest, obj: Organization | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.closed_at is None)

    def save_model(self, request: HttpRequest, obj: Organization, form: Any, change: bool) -> None:
        values = form.cleaned_data
        if not change:
            details = {name: values[name] for name in _DETAILS}
            made = services.create(
                owner_id=values["owner"].pk, name=values["name"], slug=values["slug"], now=clock.now(), **details
            )
            obj.pk = made.id
            return
        principal = acting_for(request, obj.pk)
        services.update(principal=principal, changes={name: values[name] for name in ("name", "slug", *_DETAILS)})
        if "owner" in form.changed_data:
            try:
                services.transfer_ownership(principal=principal, user_id=values["owner"].pk)
            except NotFound:
                detail = gettext("Only a member can become the owner.")
                raise NotFound(errors=[FieldError("/owner", NotFound.code, detail)]) from None
        if values["closing_name"]:
            try:
                services.close(principal=principal, name=values["closing_name"], now=clock.now())
            except WrongName:
                raise WrongName(errors=[FieldError("/closing_name", WrongName.code, WrongName.message)]) from None
