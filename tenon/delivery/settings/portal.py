"""How the portal looks, and what stands in its sidebar."""

from collections.abc import Callable, Collection
from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

_MARK = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' "
    "rx='7' fill='%23a4521f'/%3E%3Cpath d='M6 10h9v4h6v-4h5v12h-5v-4h-6v4H6z' fill='%23fff'/%3E%3C/svg%3E"
)


def unfold(*, site_name: str, modules: Collection[str], is_development: bool) -> dict[str, Any]:
    """django-unfold's settings: the colours of our pages, our mark, and the tables by room, of `modules` alone."""
    return {
        "SITE_TITLE": site_name,
        "SITE_HEADER": site_name,
        "SITE_SUBHEADER": _("Portal"),
        "SITE_ICON": lambda request: _MARK,
        "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: _MARK}],
        "SHOW_VIEW_ON_SITE": False,
        "SHOW_BACK_BUTTON": True,
        "ENVIRONMENT": "tenon.delivery.portal.environment.environment" if is_development else None,
        "COLORS": {"base": _BASE, "primary": _PRIMARY},
        "SIDEBAR": {"navigation": [room for room in _NAVIGATION if room.get("module") in (None, *modules)]},
    }


def _item(title: Any, icon: str, page: str, permission: str) -> dict[str, Any]:
    return {"title": title, "icon": icon, "link": reverse_lazy(f"admin:{page}"), "permission": _may(permission)}


def _may(permission: str) -> Callable[[HttpRequest], bool]:
    return lambda request: request.user.has_perm(permission)


_NAVIGATION: list[dict[str, Any]] = [
    {
        "items": [{"title": _("Overview"), "icon": "dashboard", "link": reverse_lazy("admin:index")}],
    },
    {
        "title": _("People"),
        "separator": True,
        "items": [
            _item(_("Users"), "person", "identity_user_changelist", "identity.view_user"),
            _item(_("Sessions"), "devices", "identity_session_changelist", "identity.view_session"),
            _item(_("Groups of staff"), "shield_person", "auth_group_changelist", "auth.view_group"),
        ],
    },
    {
        "title": _("Organizations"),
        "separator": True,
        "items": [
            _item(
                _("Organizations"),
                "domain",
                "organizations_organization_changelist",
                "organizations.view_organization",
            ),
            _item(
                _("Announcements"),
                "campaign",
                "notifications_announcement_changelist",
                "notifications.view_announcement",
            ),
            _item(_("Memberships"), "groups", "organizations_membership_changelist", "organizations.view_membership"),
            _item(_("Invitations"), "mail", "organizations_invitation_changelist", "organizations.view_invitation"),
            _item(_("API keys"), "key", "api_keys_apikey_changelist", "api_keys.view_apikey"),
            _item(_("Files"), "folder", "files_file_changelist", "files.view_file"),
        ],
    },
    {
        "title": _("Webhooks"),
        "separator": True,
        "items": [
            _item(_("Endpoints"), "webhook", "webhooks_endpoint_changelist", "webhooks.view_endpoint"),
            _item(_("Deliveries"), "outgoing_mail", "webhooks_delivery_changelist", "webhooks.view_delivery"),
        ],
    },
    {
        "title": _("Sales"),
        "module": "orders",
        "separator": True,
        "items": [
            _item(_("Orders"), "receipt", "orders_order_changelist", "orders.view_order"),
            _item(_("Payments"), "payments", "orders_payment_changelist", "orders.view_payment"),
            _item(_("Carts"), "shopping_cart", "orders_cart_changelist", "orders.view_cart"),
            _item(_("Coupons"), "sell", "orders_coupon_changelist", "orders.view_coupon"),
            _item(
                _("Shipping methods"),
                "local_shipping",
                "orders_shippingmethod_changelist",
                "orders.view_shippingmethod",
            ),
            _item(_("Tax rates"), "percent", "orders_taxrate_changelist", "orders.view_taxrate"),
        ],
    },
    {
        "title": _("Shops"),
        "module": "catalog",
        "separator": True,
        "items": [
            _item(_("Products"), "storefront", "catalog_product_changelist", "catalog.view_product"),
            _item(_("Categories"), "category", "catalog_category_changelist", "catalog.view_category"),
            _item(_("Stock"), "inventory_2", "catalog_stocklevel_changelist", "catalog.view_stocklevel"),
            _item(_("Stock movements"), "swap_vert", "catalog_stockmovement_changelist", "catalog.view_stockmovement"),
            _item(_("Reviews"), "reviews", "catalog_productreview_changelist", "catalog.view_productreview"),
        ],
    },
    {
        "title": _("Deployment"),
        "separator": True,
        "items": [
            _item(_("Flags"), "flag", "flags_flag_changelist", "flags.view_flag"),
            _item(_("Job runs"), "work_history", "jobs_run_changelist", "jobs.view_run"),
            _item(_("Schedules"), "schedule", "outbox_schedule_changelist", "outbox.view_schedule"),
            _item(_("Outbox"), "outbox", "outbox_entry_changelist", "outbox.view_entry"),
            _item(_("Purges"), "auto_delete", "retention_purge_changelist", "retention.view_purge"),
            _item(_("Purge reports"), "receipt_long", "retention_report_changelist", "retention.view_report"),
        ],
    },
    {
        "title": _("Records"),
        "separator": True,
        "items": [
            _item(_("Audit log"), "history", "audit_entry_changelist", "audit.view_entry"),
        ],
    },
]

# Warm greys, and the copper of our pages.
_BASE = {
    "50": "#fafaf9",
    "100": "#f5f5f4",
    "200": "#e7e5e4",
    "300": "#d6d3d1",
    "400": "#a8a29e",
    "500": "#78716c",
    "600": "#57534e",
    "700": "#44403c",
    "800": "#292524",
    "900": "#1c1917",
    "950": "#0c0a09",
}
_PRIMARY = {
    "50": "#fdf6f0",
    "100": "#fae8d9",
    "200": "#f4cdb0",
    "300": "#edac80",
    "400": "#e8935a",
    "500": "#d5702f",
    "600": "#a4521f",
    "700": "#8a431a",
    "800": "#6f3718",
    "900": "#5b2f17",
    "950": "#31170a",
}
