"""What a browser was made to send without the CSRF token of the page is refused, and found in the audit log."""

import pytest

from tenon.kernel.tenancy.scopes import system_scope
from tenon.platform.audit.models import Entry
from tenon.platform.identity.models import User
from tenon.platform.identity.tests.factories import make_user
from tenon.testing.portal import Browser, page

pytestmark = pytest.mark.django_db
ACTION = "portal:page:csrf_refused"


def rows():
    with system_scope(reason="a test looks at everything", read_only=True):
        return list(Entry.objects.filter(action=ACTION).values_list("actor_id", "target_id", "outcome"))


def test_a_forged_change_leaves_a_row():
    root, person = make_user(is_staff=True, is_superuser=True), make_user()
    path = page("identity_user", "delete", person.pk)
    refused = Browser(root, enforce_csrf_checks=True).post(path, post="yes")
    assert refused.status_code == 403
    assert User.objects.filter(pk=person.pk).exists()
    assert rows() == [(root.pk, path.rstrip("/"), "refused")]


@pytest.mark.parametrize("path", ["/admin/login/", "/admin/identity/user/"])
def test_of_nobody_nothing_is_written(path):
    assert Browser(enforce_csrf_checks=True).post(path).status_code == 403
    assert Browser(make_user(), enforce_csrf_checks=True).post(path).status_code == 403
    assert rows() == []
