"""The shop as a tutorial has it: view sets, related rows joined or prefetched, and a checkout, line by line."""

from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.crypto import get_random_string
from rest_framework import filters, permissions, serializers, status, viewsets
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from benchmarks.baseline.models import Cart, Order, OrderItem, Product, StockLevel, StockMovement
from benchmarks.baseline.shop_serializers import (
    CheckoutSerializer,
    OrderSerializer,
    ProductDetailSerializer,
    ProductSerializer,
)

SHIPPING = {"standard": 599, "express": 1299}
FREE_FROM = 10_000


class NaiveProductViewSet(viewsets.ModelViewSet):
    """Without a thought about related rows."""

    serializer_class = ProductSerializer
    filter_backends = [*viewsets.ModelViewSet.filter_backends, filters.SearchFilter]
    filterset_fields = ["category_id", "sku", "is_featured"]
    ordering_fields = ["created_at", "name", "price_amount"]
    search_fields = ["name", "description", "sku", "category__name"]

    def get_queryset(self) -> QuerySet[Product]:
        rows = Product.objects.filter(organization=self.request.headers["X-Organization-ID"], is_active=True)
        return rows.order_by("-created_at", "-id")

    def get_serializer_class(self) -> Any:
        return ProductDetailSerializer if self.action == "retrieve" else ProductSerializer


class ProductViewSet(NaiveProductViewSet):
    """With the related rows joined or prefetched."""

    def get_queryset(self) -> QuerySet[Product]:
        rows = super().get_queryset().select_related("category").prefetch_related("images", "stock_levels")
        return rows.prefetch_related("variants") if self.action == "retrieve" else rows


class CheckoutView(APIView):
    """A guest's cart, line by line."""

    permission_classes = [permissions.AllowAny]

    @transaction.atomic
    def post(self, request: Request) -> Response:
        asked = CheckoutSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        wishes = asked.validated_data
        cart = get_object_or_404(Cart.objects.select_for_update(), id=request.headers["X-Cart-ID"])
        items = cart.items.all().order_by("product_id")
        if not items:
            raise serializers.ValidationError("The cart is empty.")
        order = Order.objects.create(
            organization_id=cart.organization_id,
            number=f"B-{get_random_string(10)}",
            email=wishes["email"],
            payment_method=wishes["payment_method"],
            shipping_address=wishes["shipping_address"],
            billing_address=wishes["shipping_address"],
            shipping_method_code=wishes["shipping_method"],
            currency=cart.currency,
        )
        for position, item in enumerate(items):
            product = item.product
            level = StockLevel.objects.select_for_update().get(item_id=item.variant_id or item.product_id)
            if level.on_hand - level.allocated < item.quantity:
                raise serializers.ValidationError(f"{product.name} is out of stock.")
            level.on_hand = F("on_hand") - item.quantity
            level.save()
            StockMovement.objects.create(
                organization_id=cart.organization_id,
                product=product,
                variant=item.variant,
                kind="sale",
                quantity_change=-item.quantity,
                reference_kind="order",
                reference_id=order.id,
            )
            total = product.price_amount * item.quantity
            OrderItem.objects.create(
                organization_id=cart.organization_id,
                order=order,
                position=position,
                product=product,
                variant=item.variant,
                name=product.name,
                sku=product.sku,
                quantity=item.quantity,
                unit_price_amount=product.price_amount,
                subtotal_amount=total,
                total_amount=total,
            )
            order.subtotal_amount += total
        if order.subtotal_amount < FREE_FROM:
            order.shipping_amount = SHIPPING[wishes["shipping_method"]]
        order.total_amount = order.subtotal_amount + order.shipping_amount
        order.save()
        cart.items.all().delete()
        return Response(OrderSerializer(order).data, status=status.HTTP_201_CREATED)
