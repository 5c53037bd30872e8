"""Carts, to be seen. What is in them is their owners' to change."""

from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from tenon.domains.orders.admin import shown
from tenon.domains.orders.models import Cart, CartItem
from tenon.kernel.portal.across import AcrossOrganizations
from tenon.kernel.portal.tables import Table, WithTables


@admin.register(Cart)
class CartAdmin(WithTables, AcrossOrganizations):
    """Carts of people and guests. Of a guest's token nothing is shown, and only its digest is kept."""

    list_display = ("holder", "organization_name", "item_count", "currency", "coupon", "updated_at", "expires_at")
    list_select_related = ("organization", "user", "coupon")
    list_filter = ("updated_at", ("organization", AutocompleteSelectFilter))
    search_fields = ("=user__email", "organization__name", "organization__slug")
    search_help_text = _("Address of the person, name of the organization, or id")
    ordering = ("-id",)
    fieldsets = (
        (None, {"fields": (("holder", "organization_name"), ("currency", "coupon"), "shipping_method")}),
        (_("Where"), {"fields": (("country", "region"),)}),
        (_("Record"), {"fields": (("created_at", "updated_at"), ("expires_at", "id"))}),
    )
    readonly_fields = ("holder", "organization_name")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Cart]:
        carts: QuerySet[Cart] = super().get_queryset(request)
        counted = CartItem.objects.filter(cart=OuterRef("pk")).order_by().values("cart").annotate(lines=Count("*"))
        return carts.select_related("organization", "user", "coupon", "shipping_method").annotate(
            lines=Coalesce(Subquery(counted.values("lines")), 0)
        )

    def tables(self, request: HttpRequest, row: Cart) -> list[Table]:
        rows = [
            [
                each.product.name,
                each.variant.name if each.variant else shown.NOTHING,
                each.quantity,
                shown.amount(each.unit_price_amount, row.currency),
                shown.moment(each.created_at),
            ]
            for each in CartItem.objects.filter(cart=row)
            .select_related("product", "variant")
            .order_by("created_at", "id")
        ]
        headers = [
            *(gettext("Article"), gettext("Variant"), gettext("Pieces"), gettext("Price when put in")),
            gettext("Put in"),
        ]
        return [Table(gettext("Lines"), headers, rows)]

    @display(description=_("Holder"))
    def holder(self, cart: Cart) -> str:
        return cart.user.email if cart.user else gettext("A guest")

    @display(description=_("Organization"), ordering="organization__name")
    def organization_name(self, cart: Cart) -> str:
        return str(cart.organization.name)

    @display(description=_("Lines"), ordering="lines")
    def item_count(self, cart: Cart) -> int:
        return int(getattr(cart, "lines", 0))
