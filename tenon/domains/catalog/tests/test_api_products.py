"""Products over HTTP: what shoppers see, and what staff do."""

import pytest

from tenon.domains.catalog.models import Product, ProductImage, ProductReview
from tenon.domains.catalog.tests.factories import (
    level,
    make_category,
    make_organization,
    make_product,
    make_review,
    make_user,
    make_variant,
)
from tenon.domains.catalog.tests.shops import open_shop
from tenon.kernel.ids import new_id
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.identity.tests import outbox
from tenon.testing.queries import query_budget

pytestmark = pytest.mark.django_db
NEW = {"name": "Enamel mug", "sku": "MUG-01", "price": "24.99"}


@pytest.fixture
def shop():
    return open_shop()


def code(answer, status):
    assert answer.status_code == status, answer.content
    return answer.json()["code"]


def cost(ask) -> int:
    """Queries of a request, without the counters of limits."""
    with query_budget(100) as queries:
        answer = ask()
    assert answer.status_code in {200, 304}, answer.content
    return len([each for each in queries if "limits_counter" not in each])


class TestReading:
    def test_a_guest_reads_what_is_offered(self, shop):
        category = make_category(shop.facts.id, name="Mugs", slug="mugs")
        product = make_product(shop.facts.id, name="Enamel mug", category=category, stock=7, compare_price_amount=2999)
        with organization_scope(shop.facts.id):
            image = ProductImage.objects.create(product=product, file_id=new_id(), is_primary=True, alt="Blue")
        make_product(shop.facts.id, is_active=False)
        answer = shop.guest.get("products/")
        assert answer.status_code == 200, answer.content
        [row] = answer.json()["data"]
        assert row["price"] == "24.99"
        assert row["price_money"] == {"amount": 2499, "currency": "USD"}
        assert row["compare_price"] == "29.99"
        assert row["category"] == {"id": str(category.id), "name": "Mugs", "slug": "mugs"}
        assert row["image"]["url"] == f"/api/v1/product-images/{image.id}/"
        assert (row["stock"], row["in_stock"]) == (7, True)
        assert (row["average_rating"], row["rating_count"]) == (None, 0)
        assert answer.json()["meta"]["total"] == 1

    def test_shoppers_do_not_see_what_is_not_offered_and_staff_do(self, shop):
        hidden = make_product(shop.facts.id, name="Hidden", is_active=False, cost_price_amount=900)
        for caller in (shop.guest, shop.shopper):
            assert caller.names("products/") == []
            assert caller.names("products/?filter[active]=false") == []
            assert code(caller.get(f"products/{hidden.id}/"), 404) == "not_found"
        for caller in (shop.member, shop.manager, shop.owner):
            assert caller.names("products/") == ["Hidden"]
            assert caller.get(f"products/{hidden.id}/").json()["cost_price"] == "9.00"

    def test_costs_and_exact_stock_are_for_staff(self, shop):
        product = make_product(shop.facts.id, cost_price_amount=900)
        make_variant(product)
        shown = shop.guest.get(f"products/{product.id}/").json()
        assert {"cost_price", "cost_price_money", "on_hand", "allocated"}.isdisjoint(shown)
        assert "on_hand" not in shown["variants"][0]
        assert shop.owner.get(f"products/{product.id}/").json()["variants"][0]["on_hand"] == 10

    def test_one_is_read_with_its_parts(self, shop):
        product = make_product(shop.facts.id, description="Keeps its looks.", rating_count=2, rating_sum=9)
        variant = make_variant(product, price_amount=1999, stock=3, attributes={"color": "blue"})
        make_variant(product, is_active=False)
        with organization_scope(shop.facts.id):
            for state in ProductReview.State.values:
                ProductReview.objects.create(product=product, user=make_user(), rating=4, title=state, state=state)
        body = shop.guest.get(f"products/{product.id}/").json()
        assert body["description"] == "Keeps its looks."
        assert body["average_rating"] == "4.50"
        [shown] = body["variants"]
        assert (shown["id"], shown["price"], shown["stock"], shown["has_own_price"]) == (
            str(variant.id),
            "19.99",
            3,
            True,
        )
        assert [review["title"] for review in body["reviews"]] == ["approved"]

    def test_the_stock_of_a_product_is_that_of_its_active_variants(self, shop):
        product = make_product(shop.facts.id, stock=50)
        make_variant(product, stock=3)
        make_variant(product, stock=4)
        make_variant(product, stock=100, is_active=False)
        assert shop.guest.get("products/").json()["data"][0]["stock"] == 7

    @pytest.mark.parametrize("rule", [{"track_inventory": False}, {"allow_backorder": True}])
    def test_what_has_no_limit_is_in_stock(self, shop, rule):
        make_product(shop.facts.id, stock=0, **rule)
        [row] = shop.guest.get("products/").json()["data"]
        assert (row["stock"], row["in_stock"]) == (None, True)

    def test_another_shops_products_are_nowhere(self, shop):
        other = make_product(make_organization().id)
        assert shop.guest.names("products/") == []
        for path in ("", "variants/", "images/", "related/"):
            assert code(shop.guest.get(f"products/{other.id}/{path}"), 404) == "not_found"

    @pytest.mark.parametrize("many", [1, 12])
    def test_what_reading_costs(self, shop, many):
        for _ in range(many):
            product = make_product(shop.facts.id, category=make_category(shop.facts.id))
            make_variant(product)
        # Whose shop it is; the page, which knows the version and the total.
        assert cost(lambda: shop.guest.get("products/")) == 2
        assert cost(lambda: shop.guest.get("products/?limit=1")) == 2
        # And who asks, and what they are there.
        assert cost(lambda: shop.owner.get("products/")) == 3
        # The product, its variants, its pictures; nobody has reviewed it.
        assert cost(lambda: shop.guest.get(f"products/{product.id}/")) == 4
        assert cost(lambda: shop.owner.get(f"products/{product.id}/")) == 5

    def test_what_a_product_has_none_of_is_not_asked_for(self, shop):
        plain = make_product(shop.facts.id)
        full = make_product(shop.facts.id, rating_count=1, rating_sum=5)
        make_variant(full)
        make_review(full, state="approved")
        for product, queries in ((plain, 3), (full, 5)):
            path = f"products/{product.id}/"
            shop.guest.get(path)
            assert cost(lambda path=path: shop.guest.get(path)) == queries
        assert len(shop.guest.get(f"products/{full.id}/").json()["reviews"]) == 1

    def test_popular_are_those_with_an_average_of_four(self, shop):
        for name, count, total in (("Few", 1, 5), ("Many", 10, 40), ("Poor", 3, 11), ("None", 0, 0)):
            make_product(shop.facts.id, name=name, rating_count=count, rating_sum=total)
        make_product(shop.facts.id, name="Gone", rating_count=5, rating_sum=25, is_active=False)
        assert shop.guest.names("products/popular/") == ["Many", "Few"]


class TestCaching:
    def test_guests_ask_whether_it_still_holds(self, shop):
        product = make_product(shop.facts.id)
        for path in ("products/", f"products/{product.id}/", "products/popular/", "categories/", "categories/tree/"):
            first = shop.guest.get(path)
            assert first["Cache-Control"].startswith("public, max-age=")
            assert {"Authorization", "X-Organization-ID"} <= {each.strip() for each in first["Vary"].split(",")}
            assert first["ETag"].startswith('W/"')
            again = shop.guest.get(path, if_none_match=first["ETag"])
            assert again.status_code == 304, path
            assert again["ETag"] == first["ETag"]
            assert again["Cache-Control"] == first["Cache-Control"]
        assert cost(lambda: shop.guest.get("products/", if_none_match=shop.guest.get("products/")["ETag"])) <= 5

    def test_not_modified_costs_the_shop_and_its_version(self, shop):
        make_product(shop.facts.id)
        tag = shop.guest.get("products/")["ETag"]
        assert cost(lambda: shop.guest.get("products/", if_none_match=tag)) == 2

    def test_a_change_makes_another_tag(self, shop):
        product = make_product(shop.facts.id)
        tag = shop.guest.get("products/")["ETag"]
        assert shop.owner.patch(f"products/{product.id}/", {"name": "Other"}).status_code == 200
        assert shop.guest.get("products/", if_none_match=tag).status_code == 200
        assert shop.guest.get("products/")["ETag"] != tag

    def test_what_follows_the_stock_is_kept_by_nobody(self, shop):
        for path in ("products/?sort=stock", "products/?min_stock=1", "products/?low_stock=true"):
            answer = shop.guest.get(path)
            assert "ETag" not in answer
            assert answer["Cache-Control"] == "no-store"

    def test_whoever_signs_in_shares_nothing(self, shop):
        make_product(shop.facts.id)
        for caller in (shop.shopper, shop.owner):
            assert "public" not in caller.get("products/")["Cache-Control"]


class TestWriting:
    def test_a_product_is_made(self, shop):
        category = make_category(shop.facts.id)
        given = {
            **NEW,
            "category_id": str(category.id),
            "stock": 40,
            "cost_price": {"amount": 900, "currency": "USD"},
            "attributes": {"material": "enamel", "color": ["blue", "white", "blue"]},
            "tags": ["outdoor", "outdoor"],
            "dimensions": {"width": 90},
        }
        answer = shop.manager.post("products/", given)
        assert answer.status_code == 201, answer.content
        body = answer.json()
        assert body["attributes"] == {"material": "enamel", "color": ["blue", "white"]}
        assert (body["tags"], body["stock"], body["cost_price"]) == (["outdoor"], 40, "9.00")
        assert body["slug"].startswith("enamel-mug-")
        read = shop.manager.get(f"products/{body['id']}/")
        assert (read.json(), read["ETag"]) == (body, answer["ETag"])
        assert outbox.event_names()[-1] == "product.created"
        movements = shop.manager.get(f"products/{body['id']}/").json()
        assert movements["on_hand"] == 40

    @pytest.mark.parametrize(
        ("fault", "pointer"),
        [
            ({"price": "0"}, "/price"),
            ({"price": "24.999"}, "/price"),
            ({"price": 24.99}, "/price"),
            ({"price": "-1"}, "/price"),
            ({"price": {"amount": 2499, "currency": "XXX1"}}, "/price"),
            ({"name": ""}, "/name"),
            ({"slug": "Not A Slug"}, "/slug"),
            ({"attributes": {"a": 1}}, "/attributes/a"),
            ({"attributes": {"a:b": "c"}}, "/attributes"),
            ({"stock": -1}, "/stock"),
            ({"category_id": str(new_id())}, "/category_id"),
            ({"colour": "blue"}, "/colour"),
        ],
    )
    def test_what_is_wrong_is_told(self, shop, fault, pointer):
        answer = shop.owner.post("products/", {**NEW, **fault})
        assert answer.status_code == 400, answer.content
        assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]

    def test_another_currency_than_the_products_is_refused(self, shop):
        answer = shop.owner.post("products/", {**NEW, "price": {"amount": 2499, "currency": "EUR"}})
        assert code(answer, 422) == "currency_mismatch"
        made = shop.owner.post("products/", {**NEW, "currency": "JPY", "price": "2499"})
        assert made.json()["price_money"] == {"amount": 2499, "currency": "JPY"}

    def test_names_are_taken_once(self, shop):
        first = make_product(shop.facts.id, slug="mug", sku="A", barcode="1")
        make_variant(first, sku="B")
        for field, value, expected in (("slug", "mug", "slug_taken"), ("barcode", "1", "barcode_taken")):
            assert code(shop.owner.post("products/", {**NEW, field: value}), 409) == expected
        for sku in ("A", "B"):
            answer = shop.owner.post("products/", {**NEW, "sku": sku})
            assert code(answer, 409) == "sku_taken"
            assert answer.json()["errors"][0]["pointer"] == "/sku"

    def test_who_may_write(self, shop):
        product = make_product(shop.facts.id)
        path = f"products/{product.id}/"
        assert shop.guest.patch(path, {"name": "X"}).status_code == 401
        assert shop.shopper.patch(path, {"name": "X"}).status_code == 404
        assert shop.member.patch(path, {"name": "X"}).status_code == 403
        assert shop.manager.patch(path, {"name": "X"}).status_code == 200
        assert shop.manager.ask("PUT", path, {**NEW, "sku": product.sku}).json()["name"] == "Enamel mug"

    def test_a_change_needs_the_present_version(self, shop):
        product = make_product(shop.facts.id)
        path = f"products/{product.id}/"
        tag = shop.owner.get(path)["ETag"]
        changed = shop.owner.patch(path, {"price": "19.99"}, if_match=tag)
        assert changed.status_code == 200, changed.content
        assert code(shop.owner.patch(path, {"price": "18.99"}, if_match=tag), 412) == "precondition_failed"
        assert code(shop.owner.ask("DELETE", path, if_match=tag), 412) == "precondition_failed"
        assert shop.owner.patch(path, {"price": "18.99"}, if_match=changed["ETag"]).status_code == 200
        prices = shop.owner.get(f"{path}prices/").json()["data"]
        assert [(each["old_price"], each["new_price"]) for each in prices] == [("19.99", "18.99"), ("24.99", "19.99")]

    def test_a_sale_is_no_change_of_the_product(self, shop):
        product = make_product(shop.facts.id)
        tag = shop.owner.get(f"products/{product.id}/")["ETag"]
        answer = shop.owner.post(f"products/{product.id}/update_stock/", {"stock": 3})
        assert answer.status_code == 200, answer.content
        assert answer.json()["on_hand"] == 3
        assert shop.owner.patch(f"products/{product.id}/", {"name": "X"}, if_match=tag).status_code == 200

    def test_the_rules_of_stock_are_shared_with_variants(self, shop):
        product = make_product(shop.facts.id)
        variant = make_variant(product)
        answer = shop.owner.patch(f"products/{product.id}/", {"allow_backorder": True, "min_stock_level": 2})
        assert answer.json()["allow_backorder"] is True
        assert (level(variant).allow_backorder, level(variant).min_stock_level) == (True, 5)

    def test_stock_is_given_one_way(self, shop):
        product = make_product(shop.facts.id)
        path = f"products/{product.id}/update_stock/"
        for body in ({}, {"stock": 1, "quantity_change": 1}):
            assert shop.owner.post(path, body).status_code == 400
        assert shop.member.post(path, {"stock": 1}).status_code == 403
        variant = make_variant(product, stock=4)
        given = {"variant_id": str(variant.id), "quantity_change": 6, "kind": "purchase"}
        assert shop.owner.post(path, given).json()["stock"] == 10

    def test_one_is_deleted_with_its_own(self, shop):
        product = make_product(shop.facts.id)
        make_variant(product)
        assert shop.owner.ask("DELETE", f"products/{product.id}/").status_code == 204
        assert shop.owner.get(f"products/{product.id}/").status_code == 404
        assert outbox.event_names()[-1] == "product.deleted"
        with organization_scope(shop.facts.id):
            assert not Product.objects.exists()

    def test_variants_are_made_changed_and_deleted(self, shop):
        product = make_product(shop.facts.id)
        path = f"products/{product.id}/variants/"
        made = shop.owner.post(path, {"name": "Blue", "sku": "B", "stock": 4, "attributes": {"color": "blue"}})
        assert made.status_code == 201, made.content
        one = f"{path}{made.json()['id']}/"
        assert (made.json()["price"], made.json()["has_own_price"]) == ("24.99", False)
        assert shop.guest.get("products/?filter[attribute]=color:blue").json()["meta"]["total"] == 1
        changed = shop.owner.patch(one, {"price": "26.00"}, if_match=made["ETag"])
        assert (changed.json()["price"], changed.json()["has_own_price"]) == ("26.00", True)
        assert code(shop.owner.patch(one, {"price": None}, if_match=made["ETag"]), 412) == "precondition_failed"
        assert shop.owner.patch(one, {"price": None}).json()["price"] == "24.99"
        assert code(shop.owner.post(path, {"name": "Red", "sku": product.sku}), 409) == "sku_taken"
        assert shop.owner.patch(one, {"is_active": False}).status_code == 200
        assert shop.guest.get(one).status_code == 404
        assert shop.guest.get(f"products/{product.id}/").json()["variant_count"] == 0
        assert shop.owner.ask("DELETE", one).status_code == 204
        assert shop.owner.get(path).json()["data"] == []

    def test_there_are_so_many_variants_at_most(self, shop, settings):
        settings.CATALOG_MAX_VARIANTS = 1
        product = make_product(shop.facts.id)
        make_variant(product)
        answer = shop.owner.post(f"products/{product.id}/variants/", {"name": "Red", "sku": "R"})
        assert code(answer, 409) == "too_many"

    def test_products_stand_beside_each_other(self, shop):
        product, second, third = (make_product(shop.facts.id) for _ in range(3))
        path = f"products/{product.id}/related/"
        put = shop.owner.ask("PUT", path, {"product_ids": [str(third.id), str(second.id), str(third.id)]})
        assert put.status_code == 204, put.content
        assert shop.guest.names(path) == [third.name, second.name]
        for bad in (product.id, new_id(), make_product(make_organization().id).id):
            assert shop.owner.ask("PUT", path, {"product_ids": [str(bad)]}).status_code == 400

    def test_numbers_are_for_staff(self, shop):
        make_product(shop.facts.id)
        make_product(shop.facts.id, stock=0, is_active=False)
        body = shop.member.get("products/stats/").json()
        assert (body["total_count"], body["active_count"], body["in_stock_count"], body["on_hand_total"]) == (
            2,
            1,
            1,
            10,
        )
        assert body["timestamp"]
        assert shop.guest.get("products/stats/").status_code == 401
        assert shop.shopper.get("products/stats/").status_code == 404

    def test_what_runs_low_is_for_staff(self, shop):
        make_product(shop.facts.id, name="Low", stock=5)
        make_product(shop.facts.id, name="Enough", stock=6)
        make_product(shop.facts.id, name="Counted by nobody", stock=0, track_inventory=False)
        make_variant(make_product(shop.facts.id, name="By variant", stock=0), stock=2)
        assert sorted(shop.member.names("products/low_stock/")) == ["By variant", "Low"]
        assert shop.guest.get("products/low_stock/").status_code == 401
