"""The address book of a customer."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from tenon.kernel.tenancy.models import OwnedModel


class CustomerAddress(OwnedModel):
    """Where a person has things sent, with this organization. Orders keep a copy of their own."""

    self_scope_field: ClassVar[str] = "user"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    label = models.CharField(max_length=50, blank=True)
    full_name = models.CharField(max_length=200)
    line1 = models.CharField(max_length=200)
    line2 = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=100)
    region = models.CharField(max_length=100, blank=True)
    postal_code = models.CharField(max_length=20)
    country = models.CharField(max_length=2)
    phone = models.CharField(max_length=32, blank=True)
    email = models.EmailField(max_length=254, blank=True)
    is_default_shipping = models.BooleanField(default=False)
    is_default_billing = models.BooleanField(default=False)

    class Meta(OwnedModel.Meta):
        indexes = [
            # selectors.addresses, in the order of making.
            models.Index(fields=["organization", "user", "created_at", "id"], name="orders_address_list"),
            # personal_data: the addresses of one person, anywhere.
            models.Index(fields=["user"], name="orders_address_holder"),
        ]

    def __str__(self) -> str:
        return f"{self.full_name}, {self.city}"
