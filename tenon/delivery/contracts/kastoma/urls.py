"""All older paths of Kastoma."""

from tenon.delivery.contracts.kastoma import profile

urlpatterns = [*profile.urlpatterns]
