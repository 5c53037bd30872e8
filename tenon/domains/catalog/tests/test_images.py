"""Pictures of products: one is primary, smaller ones are made, and files go with them."""

import pytest

from tenon.domains.catalog.tests.factories import make_organization, make_product
from tenon.domains.catalog.tests.shops import open_shop
from tenon.kernel.ids import new_id
from tenon.kernel.outbox import relay
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.files.models import File
from tenon.platform.files.tests.factories import make_file
from tenon.testing import pictures

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return open_shop()


@pytest.fixture
def product(shop):
    return make_product(shop.facts.id)


def picture(organization_id, side=300):
    content = pictures.photograph("PNG", width=side, height=side)
    return make_file(organization_id, content, purpose="product_image", name="mug.png")


def show(shop, product, **fields):
    body = {"file_id": str(picture(shop.facts.id).id), **fields}
    answer = shop.manager.post(f"products/{product.id}/images/", body)
    assert answer.status_code == 201, answer.content
    return answer.json()


def primaries(shop, product):
    images = shop.guest.get(f"products/{product.id}/images/").json()["data"]
    return [each["id"] for each in images if each["is_primary"]]


def test_the_first_is_primary_until_another_one_is(shop, product):
    first, second = show(shop, product), show(shop, product)
    assert primaries(shop, product) == [first["id"]]
    third = show(shop, product, is_primary=True)
    assert primaries(shop, product) == [third["id"]]
    path = f"products/{product.id}/images/"
    assert shop.manager.patch(f"{path}{second['id']}/", {"is_primary": True, "alt": "Blue"}).json()["is_primary"]
    assert primaries(shop, product) == [second["id"]]
    assert shop.manager.ask("DELETE", f"{path}{second['id']}/").status_code == 204
    assert primaries(shop, product) == [first["id"]]
    assert shop.guest.get("products/").json()["data"][0]["image"]["url"] == first["url"]


def test_smaller_ones_are_made_and_anybody_reads_them(shop, product, drained):
    image = show(shop, product, alt="Blue")
    drained()
    [shown] = shop.guest.get(f"products/{product.id}/").json()["images"]
    assert shown["widths"] == [160]
    whole = shop.guest.get(f"product-images/{image['id']}/")
    small = shop.guest.get(f"product-images/{image['id']}/?width=160")
    assert (whole["Content-Type"], small["Content-Type"]) == ("image/png", "image/webp")
    assert small["Cache-Control"].startswith("public")
    assert b"".join(small.streaming_content)[:4] == b"RIFF"
    assert len(b"".join(whole.streaming_content)) == int(whole["Content-Length"])
    tag = whole["ETag"]
    assert shop.guest.get(f"product-images/{image['id']}/", if_none_match=tag).status_code == 304
    assert shop.guest.get(f"product-images/{image['id']}/?width=7").status_code == 400


def test_pictures_of_what_is_not_offered_are_for_staff(shop):
    product = make_product(shop.facts.id, is_active=False)
    image = show(shop, product)
    assert shop.guest.get(f"product-images/{image['id']}/").status_code == 404
    seen = shop.member.get(f"product-images/{image['id']}/")
    assert seen["Cache-Control"] == "private, no-cache"
    assert b"".join(seen.streaming_content)


def test_files_go_with_their_picture_and_pictures_with_their_file(shop, product, drained):
    image, other = show(shop, product), show(shop, product)
    drained()
    assert shop.manager.ask("DELETE", f"products/{product.id}/images/{image['id']}/").status_code == 204
    drained()
    with organization_scope(shop.facts.id):
        assert File.objects.count() == 2
    assert shop.owner.ask("DELETE", f"files/{other['file_id']}/").status_code == 204
    drained()
    assert shop.guest.get(f"products/{product.id}/images/").json()["data"] == []
    with organization_scope(shop.facts.id):
        assert File.objects.count() == 0


def test_only_a_picture_for_products_is_shown(shop, product, settings):
    path = f"products/{product.id}/images/"
    used = picture(shop.facts.id)
    assert shop.manager.post(path, {"file_id": str(used.id)}).status_code == 201
    bad = [used.id, new_id(), make_file(shop.facts.id).id, picture(make_organization().id).id]
    for file_id in bad:
        answer = shop.manager.post(path, {"file_id": str(file_id)})
        assert (answer.status_code, answer.json()["code"]) == (400, "unusable_image")
    settings.CATALOG_MAX_IMAGES = 1
    answer = shop.manager.post(path, {"file_id": str(picture(shop.facts.id).id)})
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many")


@pytest.fixture
def drained():
    """Everything that waits in the outbox, done."""
    return relay.drain
