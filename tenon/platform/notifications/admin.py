"""Announcements in the portal: telling everybody or an organization, and how far it has come."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from tenon.kernel import clock
from tenon.kernel.portal.across import AcrossOrganizations
from tenon.kernel.portal.admin import ADD
from tenon.kernel.portal.forms import ServiceForm
from tenon.platform.notifications import services
from tenon.platform.notifications.engines import targets
from tenon.platform.notifications.models import Announcement
from tenon.platform.notifications.models.notifications import MESSAGE_LENGTH


class AnnouncementForm(ServiceForm):
    """What to tell, and whom."""

    to = forms.ModelChoiceField(
        label=_("Organization"),
        required=False,
        queryset=Announcement._meta.get_field("organization").remote_field.model._default_manager.all(),
        widget=AutocompleteSelect(Announcement._meta.get_field("organization"), admin.site),
        help_text=_("Left empty: everybody who has an account."),
    )
    message = forms.CharField(label=_("Message"), max_length=MESSAGE_LENGTH, widget=UnfoldAdminTextareaWidget())
    target_url = forms.CharField(
        label=_("Leads to"),
        required=False,
        max_length=targets.LENGTH,
        widget=UnfoldAdminTextInputWidget(),
        help_text=_("A path that begins with /, or an address that begins with https://."),
    )

    class Meta:
        model = Announcement
        fields = ("message", "target_url")


@admin.register(Announcement)
class AnnouncementAdmin(AcrossOrganizations):
    """What staff have told people. It cannot be taken back: it is on its way when the page answers."""

    writes = frozenset({ADD})
    list_display = ("message", "whom", "progress", "state", "created_by", "created_at")
    list_select_related = ("organization", "created_by")
    list_filter = (("organization", AutocompleteSelectFilter),)
    search_fields = ("message", "organization__name")
    search_help_text = _("Text, name of the organization, or id")
    ordering = ("-id",)
    add_fieldsets = ((None, {"fields": ("to", "message", "target_url")}),)
    fieldsets = (
        (None, {"fields": ("whom", "message", "target_url", ("progress", "state"))}),
        (_("History"), {"fields": ("created_by", ("created_at", "finished_at"), "id")}),
    )

    @display(description=_("To"))
    def whom(self, announcement: Announcement) -> Any:
        return announcement.organization.name if announcement.organization else _("Everybody")

    @display(description=_("Told"))
    def progress(self, announcement: Announcement) -> str:
        return f"{announcement.told} / {announcement.people}"

    @display(description=_("State"), label={_("Under way"): "info", _("Done"): "success"})
    def state(self, announcement: Announcement) -> Any:
        return _("Done") if announcement.finished_at else _("Under way")

    def get_form(
        self, request: HttpRequest, obj: Announcement | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        return super().get_form(request, obj, change, **({} if obj else {"form": AnnouncementForm}), **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Announcement | None = None) -> Any:
        return ("whom", "progress", "state") if obj else ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Announcement]:
        announcements: QuerySet[Announcement] = super().get_queryset(request)
        return announcements.select_related("organization", "created_by")

    def save_model(self, request: HttpRequest, obj: Announcement, form: Any, change: bool) -> None:
        values = form.cleaned_data
        organization = values["to"]
        made = services.announce(
            message=values["message"],
            target_url=values["target_url"],
            organization_id=organization.pk if organization else None,
            actor_id=request.user.pk,
            now=clock.now(),
        )
        obj.pk, obj.people = made.pk, made.people
