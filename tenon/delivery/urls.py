"""Every route of the house, by room."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from tenon.platform.identity.api import urls as identity

urlpatterns: list[URLPattern | URLResolver] = [
    # Identity
    path("api/v1/auth/", include("tenon.platform.identity.api.urls")),
    path(".well-known/", include(identity.well_known)),
    # Organizations
    path("api/v1/", include("tenon.platform.organizations.api.urls")),
    # The older paths
    path("", include("tenon.delivery.contracts.kitodeck")),
    path("", include("tenon.delivery.contracts.boilerplate")),
    path("", include("tenon.delivery.contracts.kairos")),
    # Health and metrics
    path("", include("tenon.kernel.observability.urls")),
    # The portal; an API below its path would have to stand before it
    path("admin/", admin.site.urls),
    # Pages and documentation
    path("", include("tenon.delivery.pages.urls")),
]

handler400 = "tenon.kernel.http.problems.bad_request"
handler403 = "tenon.kernel.http.problems.forbidden"
handler404 = "tenon.kernel.http.problems.not_found"
handler500 = "tenon.kernel.http.problems.server_error"
