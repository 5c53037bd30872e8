"""Products and categories, as staff look after them: what organizations offer, and taking something out of the shop."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import action, display

from tenon.domains.catalog import services
from tenon.domains.catalog.models import Category, Product
from tenon.kernel.money import Money
from tenon.kernel.portal.across import AcrossOrganizations, acting_for


@admin.register(Category)
class CategoryAdmin(AcrossOrganizations):
    """Categories. Their organizations make, move and change them."""

    list_display = ("name", "slug", "parent", "organization_name", "is_active", "created_at")
    list_select_related = ("parent", "organization")
    list_filter = ("is_active", ("organization", AutocompleteSelectFilter))
    search_fields = ("name", "slug", "organization__name", "organization__slug")
    search_help_text = _("Name or slug, name of the organization, or id")
    ordering = ("-id",)
    fieldsets = (
        (None, {"fields": ("name", "slug", "organization_name", "parent", "description", "sort_order", "is_active")}),
        (_("For search engines"), {"fields": ("meta_title", "meta_description")}),
        (_("History"), {"fields": (("created_at", "updated_at"), "id")}),
    )
    readonly_fields = ("organization_name",)

    @display(description=_("Organization"), ordering="organization__name")
    def organization_name(self, category: Category) -> str:
        return str(category.organization.name)


@admin.register(Product)
class ProductAdmin(AcrossOrganizations):
    """Products. Their organizations make and change them; staff may take one out of its shop."""

    list_display = ("name", "sku", "shown_price", "organization_name", "shown_state", "created_at")
    list_select_related = ("organization",)
    list_filter = ("is_active", "is_featured", "is_digital", ("organization", AutocompleteSelectFilter))
    search_fields = ("name", "sku", "barcode", "organization__name", "organization__slug")
    search_help_text = _("Name, SKU or barcode, name of the organization, or id")
    ordering = ("-id",)
    actions = ("take_out", "put_in")
    fieldsets = (
        (None, {"fields": ("name", "slug", "sku", "barcode", "organization_name", "category", "shown_state")}),
        (_("What it is"), {"fields": ("description", "tags", "attributes", "shown_price", "tax_class")}),
        (_("History"), {"fields": (("created_at", "updated_at"), "id")}),
    )
    readonly_fields = ("organization_name", "shown_price", "shown_state")

    @display(description=_("Organization"), ordering="organization__name")
    def organization_name(self, product: Product) -> str:
        return str(product.organization.name)

    @display(description=_("Price"), ordering="price_amount")
    def shown_price(self, product: Product) -> str:
        return f"{Money(product.price_amount, product.currency)} {product.currency}"

    @display(description=_("State"), ordering="is_active", label={_("In the shop"): "success", _("Out"): "danger"})
    def shown_state(self, product: Product) -> Any:
        return _("In the shop") if product.is_active else _("Out")

    @action(description=_("Take out of the shop"), permissions=["act"])
    def take_out(self, request: HttpRequest, products: QuerySet[Product]) -> None:
        self._switch(request, products, is_active=False, done=gettext("Taken out of the shop"))

    @action(description=_("Put into the shop"), permissions=["act"])
    def put_in(self, request: HttpRequest, products: QuerySet[Product]) -> None:
        self._switch(request, products, is_active=True, done=gettext("Put into the shop"))

    def _switch(self, request: HttpRequest, products: QuerySet[Product], *, is_active: bool, done: str) -> None:
        def switch(product: Product) -> None:
            services.update_product(
                principal=acting_for(request, product.belongs_to),
                product_id=product.pk,
                changes={"is_active": is_active},
            )

        self.each(request, products, switch, done=done)
