"""API keys in the portal."""

from datetime import timedelta

import pytest

from tenon.kernel import clock
from tenon.platform.api_keys.models import Credential
from tenon.platform.api_keys.tests.factories import make_key, programs
from tenon.platform.identity.tests import outbox
from tenon.platform.organizations.tests.factories import make_organization, make_user
from tenon.testing.portal import Browser, messages, page

pytestmark = pytest.mark.django_db
KEYS = page("api_keys_apikey")


def test_staff_see_keys_of_all_and_end_them():
    root = make_user(is_staff=True, is_superuser=True)
    browser = Browser(root)
    one, other = make_key(make_organization().id), make_key(make_organization().id)
    listed = browser.get(KEYS)
    assert [row.pk for row in listed.context["cl"].result_list] == [other.key.id, one.key.id]
    assert one.key.prefix in listed.content.decode()
    row = listed.context["cl"].result_list[1]
    assert messages(browser.act(KEYS, "revoke", row)) == ["Revoked (1)"]
    assert programs(one).get("/api/v1/api-keys/current/").status_code == 401
    assert programs(other).get("/api/v1/api-keys/current/").status_code == 200
    name, payload = outbox.events()[-1]
    assert (name, payload["actor_id"]) == ("api_keys.revoked", str(root.pk))
    shown = browser.get(page("api_keys_apikey", "change", one.key.id)).content.decode()
    assert "Revoked" in shown
    assert "members:list" in shown
    found = browser.get(KEYS, q=one.key.prefix.rpartition("_")[2]).context["cl"].result_list
    assert [each.pk for each in found] == [one.key.id]


def test_an_expired_key_is_shown_as_such():

    key = make_key(make_organization().id)
    Credential.objects.update(expires_at=clock.now() - timedelta(days=1))
    browser = Browser(make_user(is_staff=True, is_superuser=True))
    assert "Expired" in browser.get(page("api_keys_apikey", "change", key.key.id)).content.decode()
