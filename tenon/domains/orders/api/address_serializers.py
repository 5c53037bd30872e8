"""What the routes of addresses take and give."""

from typing import Any

from rest_framework import serializers

from tenon.kernel.http.localities import CountryField

NEW: dict[str, Any] = {
    "label": "Home",
    "full_name": "Ada Lovelace",
    "line1": "12 St James's Square",
    "city": "London",
    "postal_code": "SW1Y 4JH",
    "country": "GB",
}
EXAMPLE: dict[str, Any] = {
    "id": "0199f6f0-4c1e-7a52-9d3c-000000000074",
    **NEW,
    "line2": "",
    "region": "",
    "phone": "",
    "email": "ada@example.com",
    "is_default_shipping": True,
    "is_default_billing": True,
    "created_at": "2026-11-20T09:30:00.000Z",
    "updated_at": "2026-11-20T09:30:00.000Z",
}


class AddressSerializer(serializers.Serializer[Any]):
    """An address, in the form that checkouts take."""

    id = serializers.UUIDField()
    label = serializers.CharField()  # type: ignore[assignment]
    full_name = serializers.CharField()
    line1 = serializers.CharField()
    line2 = serializers.CharField()
    city = serializers.CharField()
    region = serializers.CharField()
    postal_code = serializers.CharField()
    country = serializers.CharField()
    phone = serializers.CharField()
    email = serializers.CharField()
    is_default_shipping = serializers.BooleanField()
    is_default_billing = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class AddressChangeSerializer(serializers.Serializer[Any]):
    """The fields to change."""

    label = serializers.CharField(max_length=50, required=False, allow_blank=True)  # type: ignore[assignment]
    full_name = serializers.CharField(max_length=200, required=False)
    line1 = serializers.CharField(max_length=200, required=False)
    line2 = serializers.CharField(max_length=200, required=False, allow_blank=True)
    city = serializers.CharField(max_length=100, required=False)
    region = serializers.CharField(max_length=100, required=False, allow_blank=True)
    postal_code = serializers.CharField(max_length=20, required=False)
    country = CountryField(required=False)
    phone = serializers.CharField(max_length=32, required=False, allow_blank=True)
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)
    is_default_shipping = serializers.BooleanField(required=False)
    is_default_billing = serializers.BooleanField(required=False)


class NewAddressSerializer(AddressChangeSerializer):
    """A further address."""

    full_name = serializers.CharField(max_length=200)
    line1 = serializers.CharField(max_length=200)
    city = serializers.CharField(max_length=100)
    postal_code = serializers.CharField(max_length=20)
    country = CountryField()
