"""Feature flags through the admin API."""

import pytest

from tenon.kernel.tenancy.scopes import system_scope
from tenon.platform.audit.models import Entry

pytestmark = pytest.mark.django_db
ALL = ("view_flag", "add_flag", "change_flag", "delete_flag")


def test_a_flag_from_its_making_to_its_end(clerk):
    api = clerk(*ALL)
    made = api.post("/admin/features/", {"key": "checkout", "rules": [{"percentage": 10}]})
    assert (made.status_code, made["Location"]) == (201, "/admin/features/checkout/")
    with system_scope(reason="a test looks at everything"):
        assert Entry.objects.get(action="admin:flag:create").target_id == made.json()["id"]
    assert api.get("/admin/features/").json()["data"][0]["key"] == "checkout"
    read = api.get("/admin/features/checkout/")
    changed = api.request(
        "PATCH", "/admin/features/checkout/", {"is_enabled": True}, headers={"If-Match": read["ETag"]}
    )
    assert (changed.status_code, changed.json()["is_enabled"], changed.json()["version"]) == (200, True, 2)
    late = api.request("PATCH", "/admin/features/checkout/", {"rest": True}, headers={"If-Match": read["ETag"]})
    assert late.status_code == 412
    assert api.delete("/admin/features/checkout/", headers={"If-Match": read["ETag"]}).status_code == 412
    assert api.delete("/admin/features/checkout/").status_code == 204
    assert api.get("/admin/features/checkout/").status_code == 404


def test_what_is_wrong_is_pointed_at(api):
    answer = api.post("/admin/features/", {"key": "UPPER", "rules": [{"percentage": 200}]})
    assert answer.status_code == 400
    assert {fault["pointer"] for fault in answer.json()["errors"]} == {"/key", "/rules/0/percentage"}


def test_seeing_is_not_changing(clerk):
    assert clerk("view_flag").post("/admin/features/", {"key": "x"}).status_code == 403
    assert clerk("view_flag").get("/admin/features/").status_code == 200
    assert clerk("view_user").get("/admin/features/").status_code == 403
