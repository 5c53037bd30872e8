"""The baseline's routes, at the paths that ours have."""

from django.urls import path

from benchmarks.baseline.shop_views import CheckoutView, NaiveProductViewSet, ProductViewSet
from benchmarks.baseline.views import MemberViewSet, NotificationViewSet

READ = {"get": "list", "post": "create"}
ONE = {"get": "retrieve"}

urlpatterns = [
    path("api/v1/organizations/<uuid:organization_id>/members/", MemberViewSet.as_view(READ)),
    path("api/v1/notifications/", NotificationViewSet.as_view(READ)),
    path("api/v1/products/", ProductViewSet.as_view(READ)),
    path("api/v1/products/naive/", NaiveProductViewSet.as_view(READ)),
    path("api/v1/products/<uuid:pk>/", ProductViewSet.as_view(ONE)),
    path("api/v1/products/<uuid:pk>/naive/", NaiveProductViewSet.as_view(ONE)),
    path("api/v1/cart/checkout/", CheckoutView.as_view()),
]
