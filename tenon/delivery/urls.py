"""Every route of the house, by room."""

from django.urls import URLPattern, URLResolver, include, path

from tenon.delivery.contracts import boilerplate, kairos, kitodeck
from tenon.platform.identity.api import urls as identity

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/auth/", include(identity)),
    path(".well-known/", include(identity.well_known)),
    *kitodeck.urlpatterns,
    *boilerplate.urlpatterns,
    *kairos.urlpatterns,
]

handler400 = "tenon.kernel.http.problems.bad_request"
handler403 = "tenon.kernel.http.problems.forbidden"
handler404 = "tenon.kernel.http.problems.not_found"
handler500 = "tenon.kernel.http.problems.server_error"
