"""Tables of products over HTTP, to the end of their operations."""

import csv

import pytest

from tenon.domains.catalog.models import Product
from tenon.domains.catalog.tests.factories import add_member, make_organization, make_product
from tenon.kernel.outbox.relay import drain
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.files import selectors as files
from tenon.platform.organizations.tests.people import signed_in

pytestmark = pytest.mark.django_db
IMPORTS = "/api/v1/product-imports/"
TABLE = b"sku,name,price,stock\nMUG,Mug,24.99,3\nBAD,Bad,free,\n"


@pytest.fixture
def shop():
    return make_organization()


@pytest.fixture
def manager(shop):
    return signed_in(add_member(shop.id, role="shop_manager"))


def send(api, shop, body, query=""):
    headers = {"Authorization": f"Bearer {api.token}", "X-Organization-ID": str(shop.id)}
    return api._client.generic("POST", f"{IMPORTS}{query}", body, content_type="text/csv", headers=headers)


def get(api, shop, path):
    return api.get(path, headers={"X-Organization-ID": str(shop.id)})


def test_a_table_is_taken_in_and_reported(shop, manager):
    sent = send(manager, shop, TABLE)
    assert sent.status_code == 202, sent.content
    drain()
    operation = get(manager, shop, sent["Location"]).json()
    assert operation["state"] == "succeeded", operation
    assert operation["result"] == {
        "import_id": sent.json()["import_id"],
        "dry_run": False,
        "created": 1,
        "updated": 0,
        "unchanged": 0,
        "rejected": 1,
    }
    path = f"{IMPORTS}{sent.json()['import_id']}/"
    assert get(manager, shop, path).json()["rejected"] == 1
    assert get(manager, shop, f"{path}rejections/").json()["data"] == [
        {"line": 3, "sku": "BAD", "reasons": ["price:not_an_amount"]}
    ]
    report = get(manager, shop, f"{path}report/")
    assert report["Content-Type"] == "text/csv; charset=utf-8"
    assert list(csv.reader(report.content.decode().splitlines())) == [
        ["line", "sku", "reasons"],
        ["3", "BAD", "price:not_an_amount"],
    ]
    assert [row["id"] for row in get(manager, shop, IMPORTS).json()["data"]] == [sent.json()["import_id"]]
    with organization_scope(shop.id):
        assert Product.objects.get().sku == "MUG"


def test_a_dry_run_changes_nothing(shop, manager):
    assert send(manager, shop, TABLE, "?dry_run=true").status_code == 202
    drain()
    with organization_scope(shop.id):
        assert not Product.objects.exists()


def test_an_unreadable_table_fails_its_operation(shop, manager):
    sent = send(manager, shop, b"name\nMug\n")
    drain()
    operation = get(manager, shop, sent["Location"]).json()
    assert operation["state"] == "failed"
    assert operation["error"]["code"] == "unreadable_table"


def test_no_bytes_are_no_table(shop, manager):
    # Django's client names no type of a body that is empty.
    who = {"Authorization": f"Bearer {manager.token}", "X-Organization-ID": str(shop.id)}
    answer = manager._client.post(IMPORTS, b"", content_type="text/csv", headers={**who, "Content-Type": "text/csv"})
    assert (answer.status_code, answer.json()["code"]) == (422, "file_refused")


def test_a_file_that_is_none_for_imports_is_refused(shop, manager):
    answer = manager.post(IMPORTS, {"file_id": str(shop.id)}, headers={"X-Organization-ID": str(shop.id)})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/file_id"


def test_members_without_the_words_are_refused(shop):
    member = signed_in(add_member(shop.id))
    assert send(member, shop, TABLE).status_code == 403


def test_an_export_ends_in_a_file(shop, manager):
    make_product(shop.id, name="=Mug", sku="MUG-01")
    answer = manager.post("/api/v1/product-exports/", headers={"X-Organization-ID": str(shop.id)})
    assert answer.status_code == 202, answer.content
    drain()
    result = get(manager, shop, answer["Location"]).json()["result"]
    assert result["products"] == 1
    content = files.open_file(organization_id=shop.id, file_id=result["file_id"])
    with content.stream as stream:
        header, row = csv.reader(stream.read().decode().splitlines())
    assert dict(zip(header, row, strict=True))["name"] == "'=Mug"
