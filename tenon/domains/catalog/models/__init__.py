"""The tables of the catalog. Every one belongs to an organization."""

from tenon.domains.catalog.models.categories import Category
from tenon.domains.catalog.models.details import PriceChange, ProductFacet, ProductImage, RelatedProduct
from tenon.domains.catalog.models.imports import ProductImport, RejectedRow
from tenon.domains.catalog.models.products import Product, ProductVariant, Sku
from tenon.domains.catalog.models.reviews import ProductReview, Purchase
from tenon.domains.catalog.models.search import SearchDocument
from tenon.domains.catalog.models.stock import StockLevel, StockMovement, StockReservation
from tenon.domains.catalog.models.versions import CatalogVersion
from tenon.domains.catalog.models.wishlists import Wishlist, WishlistItem

__all__ = [
    "CatalogVersion",
    "Category",
    "PriceChange",
    "Product",
    "ProductFacet",
    "ProductImage",
    "ProductImport",
    "ProductReview",
    "ProductVariant",
    "Purchase",
    "RejectedRow",
    "RelatedProduct",
    "SearchDocument",
    "Sku",
    "StockLevel",
    "StockMovement",
    "StockReservation",
    "Wishlist",
    "WishlistItem",
]
