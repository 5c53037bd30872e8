"""Who of an organization's staff may see and change its catalog. What shoppers see needs no word.

`shop_manager` is a role for people who run the shop and do not administer the organization.
"""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from tenon.kernel import permissions
from tenon.platform.files.engines import purposes, types

SHOP_MANAGER = "shop_manager"

READ = permissions.register(
    "catalog:read",
    label=_("See products that are not offered, costs and exact stock"),
    roles=["admin", "member", SHOP_MANAGER],
)
MANAGE = permissions.register(
    "catalog:manage", label=_("Make, change and delete categories and products"), roles=["admin", SHOP_MANAGER]
)
MANAGE_STOCK = permissions.register(
    "stock:manage", label=_("Change what is in stock, see the movements"), roles=["admin", SHOP_MANAGER]
)
MODERATE_REVIEWS = permissions.register(
    "reviews:moderate", label=_("See, approve and reject reviews"), roles=["admin", SHOP_MANAGER]
)
EXPORT = purposes.declare(
    "product_export", label=_("A table of all products"), content_types=["text/csv"], keep=timedelta(days=7)
)
IMAGE = purposes.declare("product_image", label=_("Picture of a product"), content_types=types.IMAGES)
