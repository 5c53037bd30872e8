"""The routes of the audit log, below /api/v1/."""

from django.urls import path

from tenon.platform.audit.api.views import EntriesView, ExportView

app_name = "audit"

urlpatterns = [
    path("audit/", EntriesView.as_view(), name="entries"),
    path("audit/export/", ExportView.as_view(), name="export"),
]
