"""Every route of the house, by room."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []

handler400 = "tenon.kernel.http.problems.bad_request"
handler403 = "tenon.kernel.http.problems.forbidden"
handler404 = "tenon.kernel.http.problems.not_found"
handler500 = "tenon.kernel.http.problems.server_error"
