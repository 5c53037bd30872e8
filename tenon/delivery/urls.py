"""Every route of the house, by room."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from tenon.delivery.pages import documentation
from tenon.platform.identity.api import urls as identity

Routes = list[URLPattern | URLResolver]


def _of(module: str, *routes: URLPattern | URLResolver) -> Routes:
    return [*routes] if module in settings.TENON_MODULES else []


urlpatterns: Routes = [
    # Identity
    path("api/v1/auth/", include("tenon.platform.identity.api.urls")),
    path(".well-known/", include(identity.well_known)),
    # Audit
    path("api/v1/", include("tenon.platform.audit.api.urls")),
    # Organizations
    path("api/v1/", include("tenon.platform.organizations.api.urls")),
    # Flags
    path("api/v1/", include("tenon.platform.flags.api.urls")),
    # Files
    path("api/v1/", include("tenon.platform.files.api.urls")),
    # API keys
    path("api/v1/api-keys/", include("tenon.platform.api_keys.api.urls")),
    # Events
    path("api/v1/", include("tenon.kernel.feed.urls")),
    # Webhooks
    path("api/v1/", include("tenon.platform.webhooks.api.urls")),
    # Notifications
    path("api/v1/", include("tenon.platform.notifications.api.urls")),
    # Catalog
    *_of("catalog", path("api/v1/", include("tenon.domains.catalog.api.urls"))),
    # Orders
    *_of("orders", path("api/v1/", include("tenon.domains.orders.api.urls"))),
    # Background work
    path("api/v1/", include("tenon.kernel.operations.urls")),
    # Carts, and what prices follow from
    *_of("orders", path("api/v1/", include("tenon.domains.orders.api.cart_urls"))),
    # The older paths
    path("", include("tenon.delivery.contracts.kitodeck")),
    path("", include("tenon.delivery.contracts.boilerplate")),
    path("", include("tenon.delivery.contracts.kairos")),
    *_of("catalog", path("", include("tenon.delivery.contracts.kastoma.urls"))),
    # Health and metrics
    path("", include("tenon.kernel.observability.urls")),
    # The portal, and before it the API below its path
    path("admin/", include("tenon.delivery.admin_api.urls")),
    path("admin/api/schema/", documentation.AdminDescription.as_view(), name="admin-schema"),
    path("admin/", admin.site.urls),
    # Pages and documentation
    path("", include("tenon.delivery.pages.urls")),
]

handler400 = "tenon.kernel.http.problems.bad_request"
handler403 = "tenon.kernel.http.problems.forbidden"
handler404 = "tenon.kernel.http.problems.not_found"
handler500 = "tenon.kernel.http.problems.server_error"
