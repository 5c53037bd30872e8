"""What can be done to a catalog."""

from tenon.domains.catalog.services.categories import (
    create_category,
    delete_category,
    update_category,
)
from tenon.domains.catalog.services.images import (
    add_image,
    delete_image,
    update_image,
)
from tenon.domains.catalog.services.products import (
    create_product,
    delete_product,
    update_product,
)
from tenon.domains.catalog.services.purchases import (
    note_delivery,
)
from tenon.domains.catalog.services.related import (
    relate,
)
from tenon.domains.catalog.services.variants import (
    create_variant,
    delete_variant,
    update_variant,
)
from tenon.domains.catalog.services.versions import (
    raise_version,
)
from tenon.domains.catalog.services.wishlists import (
    create_wishlist,
    delete_wishlist,
    rename_wishlist,
    share_wishlist,
    unshare_wishlist,
    unwish,
    wish,
)

__all__ = [
    "add_image",
    "create_category",
    "create_product",
    "create_variant",
    "create_wishlist",
    "delete_category",
    "delete_image",
    "delete_product",
    "delete_variant",
    "delete_wishlist",
    "note_delivery",
    "raise_version",
    "relate",
    "rename_wishlist",
    "share_wishlist",
    "unshare_wishlist",
    "unwish",
    "update_category",
    "update_image",
    "update_product",
    "update_variant",
    "wish",
]
