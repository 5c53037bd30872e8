"""The page of a product and the list by price, each two ways, called in one process as a guest calls them."""

import json
import time
from collections.abc import Callable
from statistics import median
from typing import Any
from uuid import UUID

import orjson
from django.db.models import F
from django.test import RequestFactory

from benchmarks.products_before import DetailBefore, ListBefore
from tenon.domains.catalog.api.views.products import ProductsView, ProductView
from tenon.domains.catalog.models import Product, ProductImage, ProductReview, ProductVariant, StockLevel
from tenon.kernel.ids import new_id
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.identity.models import User
from tenon.platform.organizations.models import Organization

PRODUCTS, PARTS, CALLS = 200, 4, 200
_PRICED = "/api/v1/products/?filter[price][gte]=10&filter[price][lte]=100&sort=price"


def main(*, email: str, rounds: int) -> None:
    """Prints the medians as JSON: CPU milliseconds a call."""
    reader = User.objects.get(email=email)
    organization_id = Organization.objects.values_list("id", flat=True).get()
    with organization_scope(organization_id):
        product_id = _fill(reader)
    page = f"/api/v1/products/{product_id}/"
    ways: dict[str, Callable[[], Any]] = {
        "detail": _asking(ProductView, page, organization_id, product_id=product_id),
        "detail_before": _asking(DetailBefore, page, organization_id, product_id=product_id),
        "list_by_price": _asking(ProductsView, _PRICED, organization_id),
        "list_by_price_before": _asking(ListBefore, _PRICED, organization_id),
    }
    for name in ("detail", "list_by_price"):
        ours, theirs = (orjson.loads(ways[each]().content) for each in (name, f"{name}_before"))
        if name == "list_by_price":
            for body in (ours, theirs):
                body.pop("meta")  # cursors are sealed, each anew
        if ours != theirs:
            raise SystemExit(f"{name} and how it was before answer differently:\n{ours}\n{theirs}")
    found: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        for name, ask in ways.items():
            spent = _cpu_ms(ask)
            if number:
                found[name].append(spent)
    print(json.dumps({name: median(each) for name, each in found.items()}))


def _fill(reader: User) -> UUID:
    """A shop of products, the last of which has PARTS variants and pictures, and a review. Returns its id."""
    products = [
        Product(
            name=f"Enamel mug {number}",
            slug=f"mug-{number}",
            sku=f"MUG-{number}",
            price_amount=1000 + number * 50,
            currency="USD",
            description="Keeps its looks on every fire. " * 10,
            attributes={"material": "enamel", "color": ["blue", "white"]},
            tags=["outdoor"],
        )
        for number in range(PRODUCTS)
    ]
    Product.objects.bulk_create(products)
    last = products[-1]
    variants = [
        ProductVariant(product=last, name=f"Form {number}", sku=f"FORM-{number}", position=number)
        for number in range(PARTS)
    ]
    ProductVariant.objects.bulk_create(variants)
    StockLevel.objects.bulk_create(StockLevel(product=each, item_id=each.id, on_hand=10) for each in products)
    StockLevel.objects.bulk_create(
        StockLevel(product=last, variant=each, item_id=each.id, on_hand=10) for each in variants
    )
    ProductImage.objects.bulk_create(
        ProductImage(
            product=last,
            file_id=new_id(),
            alt="A mug on a log",
            position=number,
            is_primary=True if number == 0 else None,
            renditions={"160": str(new_id()), "480": str(new_id())},
        )
        for number in range(PARTS)
    )
    ProductReview.objects.create(product=last, user=reader, rating=5, title="Lasts", body="No dent.", state="approved")
    Product.objects.filter(pk=last.pk).update(
        variant_count=PARTS, rating_count=F("rating_count") + 1, rating_sum=F("rating_sum") + 5
    )
    return last.pk


def _asking(view: Any, path: str, organization_id: UUID, **parameters: Any) -> Callable[[], Any]:
    answer = view.as_view()
    factory = RequestFactory(SERVER_NAME="127.0.0.1", HTTP_X_ORGANIZATION_ID=str(organization_id))

    def ask() -> Any:
        response = answer(factory.get(path), **parameters)
        response.render()
        if response.status_code != 200:
            raise SystemExit(f"{path} answered {response.status_code}: {response.content!r}")
        return response

    return ask


def _cpu_ms(ask: Callable[[], Any]) -> float:
    started = time.process_time()
    for _ in range(CALLS):
        ask()
    return (time.process_time() - started) * 1000 / CALLS
