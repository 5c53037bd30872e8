"""Files in the portal: what there is, whose it is; never the bytes."""

from django.contrib import admin
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from tenon.kernel.portal.across import AcrossOrganizations, acting_for
from tenon.kernel.portal.admin import DELETE
from tenon.platform.files import services
from tenon.platform.files.models import File


@admin.register(File)
class FileAdmin(AcrossOrganizations):
    """Files. They come in by the API alone."""

    writes = frozenset({DELETE})
    list_display = ("name", "organization", "purpose", "content_type", "bytes", "status", "created_at")
    list_select_related = ("organization",)
    list_filter = (("organization", AutocompleteSelectFilter), "state", "purpose")
    search_fields = ("name", "organization__name", "organization__slug", "uploaded_by__email")
    search_help_text = _("Name, organization, address of the sender, or id")
    ordering = ("-id",)
    fieldsets = (
        (None, {"fields": (("name", "organization"), ("purpose", "content_type"), ("bytes", "width", "height"))}),
        (_("State"), {"fields": (("status", "refusal"), "expires_at", "uploaded_by")}),
        (_("History"), {"fields": (("created_at", "updated_at"), ("checksum", "version", "id"))}),
    )
    readonly_fields = (
        *("name", "organization", "purpose", "content_type", "bytes", "width", "height", "status", "refusal"),
        *("expires_at", "uploaded_by", "created_at", "updated_at", "checksum", "version", "id"),
    )

    @display(description=_("Size"), ordering="size")
    def bytes(self, file: File) -> str:
        return filesizeformat(file.size)

    @display(
        description=_("State"),
        ordering="state",
        label={"ready": "success", "pending": "info", "refused": "danger", "expired": "warning"},
    )
    def status(self, file: File) -> str:
        return file.state

    def delete_model(self, request: HttpRequest, obj: File) -> None:
        services.delete(principal=acting_for(request, obj.organization_id), file_id=obj.pk)
