"""How things are sent and what is taxed, as data of the organization."""

from django.db import models
from django.db.models import F, Q

from tenon.domains.orders.models.columns import CODE_LENGTH, currency_code, minor_units, not_negative
from tenon.kernel.fields import ExactCharField
from tenon.kernel.tenancy.models import OwnedModel


class ShippingMethod(OwnedModel):
    """A way of sending. It costs nothing from `free_from_amount` on; an empty list of `countries` is all of them.

    `steps` are objects of `up_to_grams` and `amount`, where the price goes by weight.
    """

    code = ExactCharField(max_length=CODE_LENGTH)
    name = models.CharField(max_length=100)
    description = models.CharField(max_length=500, blank=True)
    price_amount = minor_units()
    currency = currency_code()
    free_from_amount = models.BigIntegerField(null=True, blank=True)
    countries = models.JSONField(default=list, blank=True)
    except_countries = models.JSONField(default=list, blank=True)
    steps = models.JSONField(default=list, blank=True)
    minimum_days = models.PositiveSmallIntegerField(null=True, blank=True)
    maximum_days = models.PositiveSmallIntegerField(null=True, blank=True)
    tax_class = ExactCharField(max_length=CODE_LENGTH, default="standard")
    position = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta(OwnedModel.Meta):
        constraints = [
            # shipping.find, and one method for a code.
            models.UniqueConstraint(fields=["organization", "code"], name="orders_shipping_by_code"),
            models.CheckConstraint(condition=not_negative("price_amount"), name="orders_shipping_price"),
            models.CheckConstraint(
                condition=Q(free_from_amount__isnull=True) | Q(free_from_amount__gte=0), name="orders_shipping_free"
            ),
            models.CheckConstraint(
                condition=Q(minimum_days__isnull=True)
                | Q(maximum_days__isnull=True)
                | Q(minimum_days__lte=F("maximum_days")),
                name="orders_shipping_days",
            ),
        ]
        indexes = [
            # selectors.shipping_methods, as a shopper sees them.
            models.Index(fields=["organization", "position", "id"], name="orders_shipping_list"),
        ]

    def __str__(self) -> str:
        return self.name


class TaxRate(OwnedModel):
    """What a country, or a region of it, takes of a class of goods: `millionths` of the price (107 500 is 10.75 %).

    No country: anywhere; no region: in all of the country. Of one name the most precise applies.
    """

    name = models.CharField(max_length=100)
    country = ExactCharField(max_length=2, blank=True)
    region = ExactCharField(max_length=100, blank=True)
    tax_class = ExactCharField(max_length=CODE_LENGTH, default="standard")
    millionths = models.PositiveIntegerField()
    applies_to_shipping = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)

    class Meta(OwnedModel.Meta):
        constraints = [
            # taxes.rates_for, and one rate for a class of goods in a place; selectors.tax_rates.
            models.UniqueConstraint(
                fields=["organization", "country", "region", "tax_class", "name"], name="orders_tax_rate_of_place"
            ),
            models.CheckConstraint(condition=Q(millionths__lte=1_000_000), name="orders_tax_rate_share"),
            models.CheckConstraint(condition=Q(region="") | ~Q(country=""), name="orders_tax_rate_region"),
        ]

    def __str__(self) -> str:
        return self.name


class TaxRules(OwnedModel):
    """Whether prices contain the taxes, as they do where shops sell to people. One row, or none where they do not."""

    prices_include_tax = models.BooleanField(default=False)

    class Meta(OwnedModel.Meta):
        constraints = [
            # rates.prices_include_tax, and one row for an organization.
            models.UniqueConstraint(fields=["organization"], name="orders_tax_rules_of_organization"),
        ]
