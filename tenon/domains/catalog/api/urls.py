"""The routes of the catalog, below /api/v1/."""

from django.urls import path

from tenon.domains.catalog.api.views import (
    categories,
    images,
    imports,
    lists,
    parts,
    products,
    reports,
    reviews,
    search,
    stock,
    wishlists,
)

app_name = "catalog"

ONE = "products/<uuid:product_id>/"
CATEGORY = "categories/<uuid:category_id>/"
IMPORT = "product-imports/<uuid:import_id>/"
REVIEW = "reviews/<uuid:review_id>/"
WISHLIST = "wishlists/<uuid:wishlist_id>/"

urlpatterns = [
    path("products/", products.ProductsView.as_view(), name="products"),
    path("products/popular/", lists.PopularView.as_view(), name="popular"),
    path("products/low_stock/", lists.LowStockView.as_view(), name="low-stock"),
    path("products/stats/", lists.ProductNumbersView.as_view(), name="product-stats"),
    path(ONE, products.ProductView.as_view(), name="product"),
    path(f"{ONE}variants/", parts.VariantsView.as_view(), name="variants"),
    path(f"{ONE}variants/<uuid:variant_id>/", parts.VariantView.as_view(), name="variant"),
    path(f"{ONE}images/", images.ImagesView.as_view(), name="images"),
    path(f"{ONE}images/<uuid:image_id>/", images.ImageView.as_view(), name="image"),
    path(f"{ONE}related/", lists.RelatedView.as_view(), name="related"),
    path(f"{ONE}prices/", lists.PricesView.as_view(), name="prices"),
    path(f"{ONE}update_stock/", parts.UpdateStockView.as_view(), name="update-stock"),
    path("product-images/<uuid:image_id>/", images.ImageContentView.as_view(), name="image-content"),
    path("categories/", categories.CategoriesView.as_view(), name="categories"),
    path("categories/tree/", categories.CategoryTreeView.as_view(), name="category-tree"),
    path("categories/roots/", categories.CategoryRootsView.as_view(), name="category-roots"),
    path("categories/stats/", categories.CategoryNumbersView.as_view(), name="category-stats"),
    path(CATEGORY, categories.CategoryView.as_view(), name="category"),
    path(f"{CATEGORY}children/", categories.CategoryChildrenView.as_view(), name="category-children"),
    path(f"{CATEGORY}products/", categories.CategoryProductsView.as_view(), name="category-products"),
    path(f"{ONE}stock/", stock.LevelsView.as_view(), name="stock"),
    path(f"{ONE}stock-movements/", stock.MovementsOfProductView.as_view(), name="movements-of-product"),
    path("stock-movements/", stock.MovementsView.as_view(), name="movements"),
    path("stock-movements/stats/", stock.MovementStatsView.as_view(), name="movement-stats"),
    path(f"{ONE}reviews/", reviews.ReviewsOfProductView.as_view(), name="reviews-of-product"),
    path("reviews/", reviews.ReviewsView.as_view(), name="reviews"),
    path("reviews/mine/", reviews.MyReviewsView.as_view(), name="my-reviews"),
    path("reviews/stats/", reviews.ReviewStatsView.as_view(), name="review-stats"),
    path(REVIEW, reviews.ReviewView.as_view(), name="review"),
    path(f"{REVIEW}approval/", reviews.ApprovalView.as_view(), name="approval"),
    path(f"{REVIEW}rejection/", reviews.RejectionView.as_view(), name="rejection"),
    path("wishlists/", wishlists.WishlistsView.as_view(), name="wishlists"),
    path("wishlists/stats/", wishlists.WishlistStatsView.as_view(), name="wishlist-stats"),
    path("wishlists/default/items/", wishlists.DefaultWishesView.as_view(), name="default-wishes"),
    path("wishlists/shared/<str:secret>/", wishlists.SharedWishlistView.as_view(), name="shared-wishlist"),
    path(WISHLIST, wishlists.WishlistView.as_view(), name="wishlist"),
    path(f"{WISHLIST}items/", wishlists.WishesView.as_view(), name="wishes"),
    path(f"{WISHLIST}items/<uuid:wish_id>/", wishlists.WishView.as_view(), name="wish"),
    path(f"{WISHLIST}sharing/", wishlists.SharingView.as_view(), name="sharing"),
    path("products/search/", search.ProductSearchView.as_view(), name="product-search"),
    path("reports/low-stock/", reports.LowStockReportView.as_view(), name="low-stock-report"),
    path("product-exports/", imports.ProductExportsView.as_view(), name="product-exports"),
    path("product-imports/", imports.ProductImportsView.as_view(), name="product-imports"),
    path(IMPORT, imports.ProductImportView.as_view(), name="product-import"),
    path(f"{IMPORT}rejections/", imports.RejectedRowsView.as_view(), name="rejected-rows"),
    path(f"{IMPORT}report/", imports.RejectedTableView.as_view(), name="rejected-table"),
]
