"""Stock: what there is, and why. The organizations' own staff changes it."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from tenon.domains.catalog.models import StockLevel, StockMovement
from tenon.kernel.portal.across import AcrossOrganizations

_SEARCHED = ("product__name", "product__sku", "variant__sku", "organization__name", "organization__slug")
_HELP = _("Name or SKU of the product, name of the organization, or id")


@admin.register(StockLevel)
class StockLevelAdmin(AcrossOrganizations):
    """What there is of each product and variant."""

    list_display = ("product", "variant", "organization_name", "on_hand", "allocated", "available", "updated_at")
    list_select_related = ("product", "variant", "organization")
    list_filter = ("track_inventory", "allow_backorder", ("organization", AutocompleteSelectFilter))
    search_fields = _SEARCHED
    search_help_text = _HELP
    ordering = ("-id",)
    fieldsets = (
        (None, {"fields": ("product", "variant", "organization_name", ("on_hand", "allocated", "available"))}),
        (_("Rules"), {"fields": ("track_inventory", "allow_backorder", "min_stock_level")}),
        (_("History"), {"fields": (("created_at", "updated_at"), "id")}),
    )
    readonly_fields = ("organization_name", "available")

    @display(description=_("Organization"), ordering="organization__name")
    def organization_name(self, level: StockLevel) -> str:
        return str(level.organization.name)


@admin.register(StockMovement)
class StockMovementAdmin(AcrossOrganizations):
    """Every change of what is on hand. Nobody changes these."""

    list_display = (
        "product",
        "variant",
        "organization_name",
        "kind",
        "quantity_change",
        "reference_kind",
        "created_at",
    )
    list_select_related = ("product", "variant", "organization")
    list_filter = ("kind", "reference_kind", ("organization", AutocompleteSelectFilter))
    search_fields = _SEARCHED
    search_help_text = _HELP
    ordering = ("-id",)
    fieldsets = (
        (None, {"fields": ("product", "variant", "organization_name", "kind", "quantity_change", "note")}),
        (_("Where it came from"), {"fields": ("reference_kind", "reference_id", "actor_id")}),
        (_("History"), {"fields": ("created_at", "id")}),
    )
    readonly_fields = ("organization_name",)

    @display(description=_("Organization"), ordering="organization__name")
    def organization_name(self, movement: StockMovement) -> str:
        return str(movement.organization.name)
