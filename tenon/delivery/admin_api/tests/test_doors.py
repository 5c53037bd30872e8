"""Who gets into the admin API, with what, and what is written down of it."""

import json

import pytest
from django.conf import settings
from django.urls import get_resolver

from tenon.delivery.admin_api import features, urls
from tenon.delivery.admin_api.doors import ANY_STAFF, AdminEndpoint
from tenon.kernel.http.audience import Audience
from tenon.kernel.tenancy.scopes import system_scope
from tenon.platform.audit.models import Detail, Entry
from tenon.platform.identity.models import User
from tenon.platform.identity.tests.factories import make_user
from tenon.testing.portal import Browser

pytestmark = pytest.mark.django_db
VIEWS = {str(each.pattern): each.callback.cls for each in urls.urlpatterns}
JSON = {"Accept": "application/json"}
CHANGING = ("POST", "PUT", "PATCH", "DELETE")


def rows(action: str) -> list[tuple[str, str, dict]]:
    """What the audit log has under this action: target, outcome, parameters."""
    with system_scope(reason="a test looks at the whole log"):
        found = list(Entry.objects.filter(action=action).order_by("pk"))
        details = [json.loads(Detail.objects.get(pk=entry.pk).parameters) for entry in found]
    return [(entry.target_id, entry.outcome, detail) for entry, detail in zip(found, details, strict=True)]


@pytest.mark.parametrize("path", VIEWS)
def test_every_method_says_what_it_takes_and_what_the_log_calls_it(path):
    view = VIEWS[path]
    methods = {name.upper() for name in view.http_method_names if hasattr(view, name)} - {"OPTIONS", "HEAD"}
    assert issubclass(view, AdminEndpoint)
    assert view.audience is Audience.STAFF
    assert view.throttles == ()
    assert set(view.rights) == methods
    assert set(view.actions) == methods & set(CHANGING)
    assert all(action.startswith("admin:") and action.count(":") == 2 for action in view.actions.values())


def test_rights_are_permissions_that_there_are():
    known = {permission for each in User.objects.none().model._meta.apps.get_models() for permission in _of(each)}
    asked = {right for view in VIEWS.values() for right in view.rights.values()} - {ANY_STAFF, "superuser"}
    assert asked <= known


def _of(model: type) -> set[str]:
    options = model._meta  # type: ignore[attr-defined]
    return {f"{options.app_label}.{verb}_{options.model_name}" for verb in options.default_permissions}


def test_staff_without_the_right_are_refused_and_told_so_in_the_log(clerk):
    person = make_user()
    answer = clerk("view_user").request("PUT", f"/admin/api/users/{person.pk}/disablement/")
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert answer.json()["detail"] == "This needs the right identity.change_user."
    assert User.objects.get(pk=person.pk).is_active
    assert rows("admin:user:disable") == [(str(person.pk), "refused", {"user_id": str(person.pk)})]


def test_a_browser_of_the_portal_needs_its_csrf_token(root):
    person = make_user()
    browser = Browser(root, enforce_csrf_checks=True)
    path = f"/admin/api/users/{person.pk}/disablement/"
    assert browser.client.get("/admin/api/users/", headers=JSON).status_code == 200
    refused = browser.client.put(path, headers=JSON)
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf_failed")
    assert rows("admin:user:disable") == [(str(person.pk), "refused", {"user_id": str(person.pk)})]
    with system_scope(reason="a test looks at the whole log"):
        assert Entry.objects.get(action="admin:user:disable").actor_id == root.pk
    # Scripts cannot read the cookie, so the answer says what to send.
    assert browser.client.cookies.get(settings.CSRF_COOKIE_NAME) is None
    token = browser.client.get("/admin/api/me/", headers=JSON).json()["data"]["csrf_token"]
    assert browser.client.put(path, headers={"X-CSRFToken": token, **JSON}).status_code == 204
    assert not User.objects.get(pk=person.pk).is_active


def test_whoever_sends_a_bearer_token_needs_no_other(api):
    answer = api.get("/admin/api/me/")
    assert answer.json()["data"]["csrf_token"] == ""
    assert settings.CSRF_COOKIE_NAME not in answer.cookies


def test_a_cookie_opens_nothing_but_the_admin_api(root):
    assert Browser(root).client.get("/api/v1/me", headers=JSON).status_code == 401


def test_a_head_needs_the_right_of_the_get(clerk):
    assert clerk("view_user").request("HEAD", "/admin/api/users/").status_code == 200
    assert clerk().request("HEAD", "/admin/api/users/").status_code == 403


def test_staff_are_not_slowed_down(api, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "user": "2/min"}
    assert {api.get("/admin/api/me/").status_code for _ in range(5)} == {200}


def test_secrets_do_not_reach_the_log(api):
    api.post("/admin/features/", {"key": "x", "description": "password=hunter2hunter2"})
    assert "hunter2" not in json.dumps(rows("admin:flag:create"))


def test_a_body_that_cannot_be_read_is_a_refusal(api):
    assert api.post("/admin/features/", b"{").status_code == 400
    assert [outcome for _, outcome, _ in rows("admin:flag:create")] == ["refused"]


def test_what_breaks_is_written_down_as_failed(api, monkeypatch):
    def broken(**_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(features.services, "create_flag", broken)
    assert api.post("/admin/features/", {"key": "x"}).status_code == 500
    assert [outcome for _, outcome, _ in rows("admin:flag:create")] == ["failed"]


def test_the_portal_is_still_there(root):
    assert get_resolver().resolve("/admin/").app_name == "admin"
    assert Browser(root).get("/admin/").status_code == 200
