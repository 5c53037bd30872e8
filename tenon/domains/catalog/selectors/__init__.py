"""What can be asked of a catalog."""

from tenon.domains.catalog.selectors.categories import (
    CategoryFacts,
    categories,
    category_facts,
    category_facts_of,
    category_tree,
)
from tenon.domains.catalog.selectors.details import (
    ShownImage,
    image_row,
    image_rows,
    latest_reviews,
    prices,
    product_rows,
    related,
    require_product,
    shown_image,
    variant_row,
    variant_rows,
)
from tenon.domains.catalog.selectors.narrowing import (
    minor_units,
    narrowed,
    priced,
    with_attributes,
    with_facet,
    within,
)
from tenon.domains.catalog.selectors.numbers import (
    category_numbers,
    product_numbers,
    statistics,
)
from tenon.domains.catalog.selectors.offers import (
    Offer,
    offers,
)
from tenon.domains.catalog.selectors.people import (
    kept_of,
)
from tenon.domains.catalog.selectors.products import (
    IN_STOCK,
    LOW_STOCK,
    POPULAR_MANY,
    containing,
    popular,
    products,
)
from tenon.domains.catalog.selectors.reviews import (
    ReviewFacts,
    review,
    review_facts,
    reviews,
    reviews_by,
    reviews_of,
    shown_name,
)
from tenon.domains.catalog.selectors.shops import (
    currency_here,
    shop_currency,
)
from tenon.domains.catalog.selectors.stock import (
    MovementFacts,
    levels_of,
    movement_facts_of,
    movements,
    movements_of,
)
from tenon.domains.catalog.selectors.versions import (
    catalog_version,
)
from tenon.domains.catalog.selectors.wishlists import (
    WishFacts,
    WishlistFacts,
    offered,
    shared_wishlist,
    wishes,
    wishlist_of,
    wishlists_of,
)

__all__ = [
    "IN_STOCK",
    "LOW_STOCK",
    "POPULAR_MANY",
    "CategoryFacts",
    "MovementFacts",
    "Offer",
    "ReviewFacts",
    "ShownImage",
    "WishFacts",
    "WishlistFacts",
    "catalog_version",
    "categories",
    "category_facts",
    "category_facts_of",
    "category_numbers",
    "category_tree",
    "containing",
    "currency_here",
    "image_row",
    "image_rows",
    "kept_of",
    "latest_reviews",
    "levels_of",
    "minor_units",
    "movement_facts_of",
    "movements",
    "movements_of",
    "narrowed",
    "offered",
    "offers",
    "popular",
    "priced",
    "prices",
    "product_numbers",
    "product_rows",
    "products",
    "related",
    "require_product",
    "review",
    "review_facts",
    "reviews",
    "reviews_by",
    "reviews_of",
    "shared_wishlist",
    "shop_currency",
    "shown_image",
    "shown_name",
    "statistics",
    "variant_row",
    "variant_rows",
    "wishes",
    "wishlist_of",
    "wishlists_of",
    "with_attributes",
    "with_facet",
    "within",
]
