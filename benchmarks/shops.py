"""Shops to measure in: sample products with pictures, one with reviews, and carts. Called in the project's shell."""

import json
import random
import time
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from benchmarks.shop_requests import CUSTOMER, LIST
from tenon.domains.catalog.api.products import PAGE
from tenon.domains.catalog.models import Product, ProductImage, ProductReview, StockLevel
from tenon.domains.catalog.services import seeding
from tenon.domains.orders.models import Cart, CartItem
from tenon.domains.orders.services.seeding import seed_shipping
from tenon.kernel import clock, crypto
from tenon.kernel.http import cursors
from tenon.kernel.http.cursors import Cursor
from tenon.kernel.ids import new_id
from tenon.kernel.tenancy.bulk import insert_rows
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.identity import services as identity
from tenon.platform.identity.models import User
from tenon.platform.organizations import services as organizations

LIMIT = 20
REVIEWS, LINES, CHOICE = 5, 3, 300
_STEP = 10_000


def make_customer(*, password: str) -> None:
    """Somebody who is no shop's staff."""
    identity.register(email=CUSTOMER, password=password, first_name="Carla", verified=True, now=clock.now())


def make_shop(*, email: str, size: int) -> None:
    """Prints as JSON its id, a product with everything, the cursor of the last page, and how long the products took."""
    owner, now = User.objects.get(email=email), clock.now()
    shop = organizations.create(owner_id=owner.id, name=f"Of {size}", now=now).id
    began, spent = time.perf_counter(), time.process_time()
    seeding.seed_products(organization_id=shop, count=size, currency="USD", now=now)
    taken = {"seconds": time.perf_counter() - began, "python_cpu_seconds": time.process_time() - spent}
    with organization_scope(shop):
        ids = list(Product.objects.order_by("id").values_list("id", flat=True))
    for first in range(0, size, _STEP):
        with organization_scope(shop):
            _make_images(ids[first : first + _STEP], now)
    with organization_scope(shop):
        product = Product.objects.filter(variant_count__gt=0).order_by("id")[0]
        _make_reviews(product, now)
        deep = _cursor_before_the_end(size)
    seed_shipping(organization_id=shop, currency="USD")
    made = {"organization": str(shop), "product": str(product.id), "cursor": deep, "products": size, "seeding": taken}
    print(json.dumps(made))


def make_carts(*, organization_id: str, number: int) -> None:
    """Prints the tokens and the ids of so many carts of three lines each, out of products of which there are enough."""
    now, chance = clock.now(), random.Random(1)  # nosec B311
    with organization_scope(UUID(organization_id)):
        products = list(
            Product.objects.filter(variant_count=0).order_by("id").values_list("id", "price_amount")[:CHOICE]
        )
        StockLevel.objects.filter(item_id__in=[product_id for product_id, _ in products]).update(on_hand=10**8)
        carts = [(new_id(), crypto.random_token()) for _ in range(number)]
        until = now + timedelta(days=1)
        insert_rows(
            Cart,
            ("id", "token_hash", "currency", "expires_at"),
            [(cart_id, crypto.digest(token), "USD", until) for cart_id, token in carts],
            now=now,
        )
        insert_rows(
            CartItem,
            ("cart_id", "product_id", "offered_id", "quantity", "unit_price_amount"),
            [
                (cart_id, product_id, product_id, chance.randint(1, 3), price)
                for cart_id, _ in carts
                for product_id, price in chance.sample(products, LINES)
            ],
            now=now,
        )
    print(json.dumps({"tokens": [token for _, token in carts], "ids": [str(cart_id) for cart_id, _ in carts]}))


def _make_images(products: list[UUID], now: datetime) -> None:
    rows = [
        (product_id, new_id(), f"Picture {place}", place, True if place == 0 else None, 1200, 900)
        for product_id in products
        for place in range(2)
    ]
    names = ("product_id", "file_id", "alt", "position", "is_primary", "width", "height")
    insert_rows(ProductImage, names, rows, now=now)


def _make_reviews(product: Product, now: datetime) -> None:
    for number in range(REVIEWS):
        email = f"{new_id().hex}@example.com"
        user = User.objects.create(
            email=email, email_normalized=email, first_name=f"Reviewer {number}", is_verified=True, date_joined=now
        )
        ProductReview.objects.create(
            product=product,
            user=user,
            rating=5,
            title="As described",
            body="It came quickly, and it is as it was described. " * 3,
            state=ProductReview.State.APPROVED,
        )
    Product.objects.filter(pk=product.pk).update(rating_count=REVIEWS, rating_sum=5 * REVIEWS)


def _cursor_before_the_end(size: int) -> str:
    """The cursor of the list's last page but one: page 50 000 of a million products."""
    asked: Any = PAGE.read(Request(APIRequestFactory().get(f"{LIST}?limit={LIMIT}")))
    place = Product.objects.order_by("created_at", "id").values_list("created_at", "id")[LIMIT if size > LIMIT else 0]
    return cursors.encode(Cursor(tuple(place)), bound_to=asked.bound_to)
