"""The routes of files, below /api/v1/."""

from django.urls import path

from tenon.platform.files.api.signed import SignedDownloadView, SignedUploadView
from tenon.platform.files.api.views import CompletionView, ContentView, FilesView, FileView, UploadsView

app_name = "files"

urlpatterns = [
    path("files/", FilesView.as_view(), name="files"),
    path("files/uploads/", UploadsView.as_view(), name="uploads"),
    path("files/uploads/<slug:signature>/", SignedUploadView.as_view(), name="signed-upload"),
    path("files/downloads/<slug:signature>/", SignedDownloadView.as_view(), name="signed-download"),
    path("files/<uuid:file_id>/", FileView.as_view(), name="file"),
    path("files/<uuid:file_id>/completion/", CompletionView.as_view(), name="completion"),
    path("files/<uuid:file_id>/content/", ContentView.as_view(), name="content"),
]
