"""Products and orders, nested where the answer is."""

from typing import Any

from rest_framework import serializers

from benchmarks.baseline.models import Category, Image, Order, OrderItem, Product, Review, Variant


def available(product: Product) -> int:
    levels = product.stock_levels.all()
    counted = [each for each in levels if (each.variant_id is not None) == (product.variant_count > 0)]
    return sum(each.on_hand - each.allocated for each in counted)


class CategorySerializer(serializers.ModelSerializer):
    class Meta:
        model = Category
        fields = ["id", "name", "slug"]


class ImageSerializer(serializers.ModelSerializer):
    class Meta:
        model = Image
        fields = ["id", "alt", "position", "is_primary", "width", "height"]


class VariantSerializer(serializers.ModelSerializer):
    class Meta:
        model = Variant
        fields = ["id", "name", "sku", "price_amount", "attributes", "is_active", "position"]


class ReviewSerializer(serializers.ModelSerializer):
    user_name = serializers.CharField(source="user.first_name")

    class Meta:
        model = Review
        fields = ["id", "user_name", "rating", "title", "body", "created_at"]


class ProductSerializer(serializers.ModelSerializer):
    category = CategorySerializer()
    images = ImageSerializer(many=True)
    price = serializers.SerializerMethodField()
    stock = serializers.SerializerMethodField()
    in_stock = serializers.SerializerMethodField()
    average_rating = serializers.SerializerMethodField()

    class Meta:
        model = Product
        fields = [
            "id",
            "name",
            "slug",
            "sku",
            "price",
            "price_amount",
            "compare_price_amount",
            "currency",
            "category",
            "images",
            "in_stock",
            "stock",
            "is_featured",
            "is_digital",
            "requires_shipping",
            "is_active",
            "tags",
            "variant_count",
            "average_rating",
            "rating_count",
            "created_at",
            "updated_at",
        ]

    def get_price(self, product: Product) -> str:
        return f"{product.price_amount / 100:.2f}"

    def get_stock(self, product: Product) -> int:
        return available(product)

    def get_in_stock(self, product: Product) -> bool:
        return available(product) > 0

    def get_average_rating(self, product: Product) -> str | None:
        return f"{product.rating_sum / product.rating_count:.2f}" if product.rating_count else None


class ProductDetailSerializer(ProductSerializer):
    variants = VariantSerializer(many=True)
    reviews = serializers.SerializerMethodField()

    class Meta(ProductSerializer.Meta):
        fields = [
            *ProductSerializer.Meta.fields,
            "description",
            "barcode",
            "weight_grams",
            "dimensions",
            "attributes",
            "variants",
            "reviews",
        ]

    def get_reviews(self, product: Product) -> Any:
        latest = product.reviews.filter(state="approved").select_related("user")[:5]
        return ReviewSerializer(latest, many=True).data


class OrderItemSerializer(serializers.ModelSerializer):
    class Meta:
        model = OrderItem
        fields = ["id", "product_id", "name", "sku", "quantity", "unit_price_amount", "total_amount"]


class OrderSerializer(serializers.ModelSerializer):
    items = OrderItemSerializer(many=True)

    class Meta:
        model = Order
        fields = [
            "id",
            "number",
            "state",
            "payment_status",
            "payment_method",
            "email",
            "shipping_address",
            "billing_address",
            "currency",
            "subtotal_amount",
            "shipping_amount",
            "tax_amount",
            "total_amount",
            "placed_at",
            "items",
        ]


class CheckoutSerializer(serializers.Serializer):
    shipping_address = serializers.JSONField()
    payment_method = serializers.ChoiceField(choices=["bank_transfer", "cash_on_delivery"])
    email = serializers.EmailField()
    shipping_method = serializers.CharField()
