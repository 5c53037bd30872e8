"""The catalog in the portal: what staff see of it, and what they do by services."""

from tenon.domains.catalog.admin.products import CategoryAdmin, ProductAdmin
from tenon.domains.catalog.admin.reviews import ReviewAdmin
from tenon.domains.catalog.admin.stock import StockLevelAdmin, StockMovementAdmin

__all__ = ["CategoryAdmin", "ProductAdmin", "ReviewAdmin", "StockLevelAdmin", "StockMovementAdmin"]
