"""Staff read the audit log of all organizations, and change nothing in it."""

from uuid import uuid4

import pytest

from tenon.platform.audit.tests.rows import add
from tenon.platform.identity.tests.factories import make_user
from tenon.testing.portal import Browser

pytestmark = pytest.mark.django_db
PAGE = "/admin/audit/entry/"


@pytest.fixture
def browser():
    return Browser(make_user(is_staff=True, is_superuser=True))


def test_rows_of_all_organizations_are_shown(browser):
    organization_id = uuid4()
    [mine], [none] = add(organization_id), add(None)
    page = browser.get(PAGE).content.decode()
    assert str(mine) in page
    assert str(none) in page
    assert "&quot;number&quot;:0" in browser.get(f"{PAGE}{mine}/change/").content.decode()


@pytest.mark.parametrize("query", ["?q=tests:thing", "?source=tests", "?outcome=success", "?actor_kind=system"])
def test_it_is_searched_and_filtered(browser, query):
    [mine] = add(uuid4(), action="tests:thing:moved")
    assert (str(mine) in browser.get(f"{PAGE}{query}").content.decode()) is (query != "?outcome=refused")


def test_any_id_of_a_row_finds_it(browser):
    organization_id, actor, target = uuid4(), uuid4(), uuid4()
    [mine] = add(organization_id, actor_id=actor, target_id=target)
    [other] = add(uuid4())
    for each in (mine, organization_id, actor, target):
        page = browser.get(f"{PAGE}?q={each}").content.decode()
        assert f"{mine}/change/" in page
        assert f"{other}/change/" not in page


def test_nothing_is_written_there(browser):
    [mine] = add(None)
    assert browser.get(f"{PAGE}add/").status_code == 403
    assert browser.get(f"{PAGE}{mine}/delete/").status_code == 403
    assert browser.post(f"{PAGE}{mine}/change/", action="tests:thing:invented").status_code == 403


def test_what_staff_do_is_theirs():
    root, user = make_user(is_staff=True, is_superuser=True), make_user()
    browser = Browser(root)
    assert browser.act("/admin/identity/user/", "disable", user).status_code == 200
    page = browser.get(f"{PAGE}?q=identity:user:disabled").content.decode()
    assert f"staff {root.pk}" in page
    assert f"user {user.pk}" in page
