"""Categories: a tree that stays one, whoever moves what."""

import random

import pytest

from tenon.domains.catalog.models import Category
from tenon.domains.catalog.models.categories import MAX_DEPTH
from tenon.domains.catalog.tests.factories import make_category, make_organization, make_product
from tenon.domains.catalog.tests.shops import open_shop
from tenon.kernel.ids import new_id
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.identity.tests import outbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return open_shop()


def code(answer, status):
    assert answer.status_code == status, answer.content
    return answer.json()["code"]


def test_one_is_made_below_another(shop):
    root = shop.manager.post("categories/", {"name": "Kitchen", "slug": "kitchen"})
    assert root.status_code == 201, root.content
    child = shop.manager.post("categories/", {"name": "Mugs", "parent_id": root.json()["id"]}).json()
    assert (child["depth"], child["ancestor_ids"]) == (1, [root.json()["id"]])
    assert child["slug"].startswith("mugs-")
    read = shop.guest.get(f"categories/{child['id']}/")
    assert read.json() == child
    assert outbox.event_names()[-2:] == ["category.created", "category.created"]


def test_the_tree_its_roots_and_its_branches(shop):
    kitchen = make_category(shop.facts.id, name="Kitchen", sort_order=2)
    garden = make_category(shop.facts.id, name="Garden", sort_order=1)
    mugs = make_category(shop.facts.id, name="Mugs", parent=kitchen)
    make_category(shop.facts.id, name="Hidden", parent=mugs, is_active=False)
    tree = shop.guest.get("categories/tree/").json()["data"]
    assert [each["name"] for each in tree] == ["Garden", "Kitchen"]
    assert [each["name"] for each in tree[1]["children"]] == ["Mugs"]
    assert tree[1]["children"][0]["children"] == []
    assert shop.guest.names("categories/roots/") == ["Garden", "Kitchen"]
    assert shop.guest.names(f"categories/{kitchen.id}/children/") == ["Mugs"]
    assert shop.guest.names(f"categories/{garden.id}/children/") == []
    assert shop.owner.names(f"categories/{mugs.id}/children/") == ["Hidden"]


def test_what_is_below_a_hidden_category_is_hidden(shop):
    hidden = make_category(shop.facts.id, name="Hidden", is_active=False)
    below = make_category(shop.facts.id, name="Below", parent=hidden)
    make_category(shop.facts.id, name="Beside")
    assert shop.guest.names("categories/") == ["Beside"]
    assert sorted(shop.member.names("categories/")) == ["Below", "Beside", "Hidden"]
    assert code(shop.guest.get(f"categories/{below.id}/"), 404) == "not_found"
    assert [each["name"] for each in shop.guest.get("categories/tree/").json()["data"]] == ["Beside"]


def test_products_of_a_category_are_those_below_it_too(shop):
    kitchen = make_category(shop.facts.id, slug="kitchen")
    mugs = make_category(shop.facts.id, parent=kitchen)
    make_product(shop.facts.id, name="Kettle", category=kitchen)
    make_product(shop.facts.id, name="Mug", category=mugs)
    make_product(shop.facts.id, name="Spade")
    assert sorted(shop.guest.names(f"categories/{kitchen.id}/products/")) == ["Kettle", "Mug"]
    assert sorted(shop.guest.names("products/?category_tree=kitchen")) == ["Kettle", "Mug"]
    assert shop.guest.names("products/?category_slug=kitchen") == ["Kettle"]
    assert shop.guest.names("products/?category_tree=nothing") == []


def test_a_category_is_never_below_itself(shop):
    root = make_category(shop.facts.id)
    child = make_category(shop.facts.id, parent=root)
    for parent in (root, child):
        answer = shop.owner.patch(f"categories/{root.id}/", {"parent_id": str(parent.id)})
        assert code(answer, 422) == "category_loop"


def test_there_are_so_many_levels_at_most(shop):
    chain = [make_category(shop.facts.id)]
    while len(chain) < MAX_DEPTH:
        chain.append(make_category(shop.facts.id, parent=chain[-1]))
    answer = shop.owner.post("categories/", {"name": "Deeper", "parent_id": str(chain[-1].id)})
    assert code(answer, 422) == "category_too_deep"
    root = make_category(shop.facts.id)
    answer = shop.owner.patch(f"categories/{chain[0].id}/", {"parent_id": str(root.id)})
    assert code(answer, 422) == "category_too_deep"
    assert shop.owner.patch(f"categories/{chain[1].id}/", {"parent_id": str(root.id)}).status_code == 200


def test_what_holds_something_stays(shop):
    root = make_category(shop.facts.id)
    child = make_category(shop.facts.id, parent=root)
    product = make_product(shop.facts.id, category=child)
    for category in (root, child):
        assert code(shop.owner.ask("DELETE", f"categories/{category.id}/"), 409) == "category_in_use"
    assert shop.owner.patch(f"products/{product.id}/", {"category_id": None}).status_code == 200
    for category in (child, root):
        assert shop.owner.ask("DELETE", f"categories/{category.id}/").status_code == 204


def test_a_change_needs_the_present_version(shop):
    category = make_category(shop.facts.id)
    path = f"categories/{category.id}/"
    tag = shop.owner.get(path)["ETag"]
    assert shop.owner.patch(path, {"name": "Other"}, if_match=tag).status_code == 200
    assert code(shop.owner.patch(path, {"name": "Third"}, if_match=tag), 412) == "precondition_failed"
    assert shop.owner.ask("PUT", path, {"name": "Put"}).json()["name"] == "Put"


def test_slugs_and_parents_are_the_shops_own(shop):
    make_category(shop.facts.id, slug="mugs")
    assert code(shop.owner.post("categories/", {"name": "Mugs", "slug": "mugs"}), 409) == "slug_taken"
    for parent in (make_category(make_organization().id).id, new_id()):
        answer = shop.owner.post("categories/", {"name": "Mugs", "parent_id": str(parent)})
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["pointer"] == "/parent_id"


def test_who_may_write(shop):
    assert shop.guest.post("categories/", {"name": "Mugs"}).status_code == 401
    assert shop.shopper.post("categories/", {"name": "Mugs"}).status_code == 404
    assert shop.member.post("categories/", {"name": "Mugs"}).status_code == 403
    assert shop.member.get("categories/stats/").json()["total_count"] == 0
    assert shop.guest.get("categories/stats/").status_code == 401


def test_paths_say_what_the_parents_say_after_any_moves(shop):
    chance = random.Random(20261120)
    every = [make_category(shop.facts.id) for _ in range(9)]
    moved = 0
    for _ in range(60):
        category, parent = chance.choice(every), chance.choice([None, *every])
        answer = shop.owner.patch(f"categories/{category.id}/", {"parent_id": parent and str(parent.id)})
        assert answer.status_code in {200, 422}, answer.content
        moved += answer.status_code == 200
    assert moved > 20
    with organization_scope(shop.facts.id):
        rows = {row.id: row for row in Category.objects.all()}
        for row in rows.values():
            above: Category | None = row
            steps = []
            while above is not None:
                steps.append(above.id.hex)
                above = rows.get(above.parent_id)
            assert row.path == "".join(f"{step}/" for step in reversed(steps))
