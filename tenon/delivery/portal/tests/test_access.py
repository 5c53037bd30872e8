"""Every page of the portal × everybody: only active staff get in, and see what their groups say."""

import gzip
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import _PATH_PARAMETER_COMPONENT_RE as PARAMETER
from pytest_django import DjangoDbBlocker

from tenon.domains.catalog.tests.factories import level, make_category, make_product, make_review, movement_of
from tenon.domains.orders.tests.carts import make_cart_item
from tenon.domains.orders.tests.factories import (
    make_coupon,
    make_order,
    make_payment,
    make_shipping_method,
    make_tax_rate,
)
from tenon.kernel import clock
from tenon.kernel.jobs import services as jobs
from tenon.kernel.jobs.models import Run
from tenon.kernel.outbox.models import Entry, Schedule
from tenon.kernel.retention.models import Purge, Report
from tenon.kernel.tenancy.scopes import system_scope
from tenon.platform.api_keys.models import Credential
from tenon.platform.api_keys.tests.factories import make_key
from tenon.platform.files.tests.factories import make_file
from tenon.platform.flags.tests.factories import make_flag
from tenon.platform.identity.tests.factories import make_user, new_address
from tenon.platform.notifications.services import announce
from tenon.platform.organizations import services
from tenon.platform.organizations.models import Invitation, Membership
from tenon.platform.organizations.tests.factories import acting_as, make_organization
from tenon.platform.webhooks import services as webhooks
from tenon.platform.webhooks.tests.factories import make_endpoint
from tenon.testing.databases import Clone
from tenon.testing.portal import Browser, allow
from tests.contract.digests import nothing_changes

pytestmark = pytest.mark.django_db

# The models that have a page, by their app.
PAGES = {
    "api_keys": ("apikey",),
    "auth": ("group",),
    "files": ("file",),
    "flags": ("flag",),
    "identity": ("user", "session"),
    "jobs": ("run",),
    "notifications": ("announcement",),
    "organizations": ("organization", "membership", "invitation"),
    "outbox": ("schedule", "entry"),
    "retention": ("purge", "report"),
    "webhooks": ("endpoint", "delivery"),
    "orders": ("order", "payment", "cart", "coupon", "shippingmethod", "taxrate"),
    "catalog": ("product", "category", "stocklevel", "stockmovement", "productreview"),
}
APPS = {row: app for app, rows in PAGES.items() for row in rows}
ROWS = tuple(APPS)
WRITABLE = {
    ("user", "add"),
    ("user", "change"),
    ("group", "add"),
    ("group", "change"),
    ("group", "delete"),
    ("organization", "add"),
    ("organization", "change"),
    ("membership", "change"),
    ("membership", "delete"),
    ("invitation", "add"),
    ("file", "delete"),
    ("announcement", "add"),
    ("schedule", "change"),
    ("flag", "add"),
    ("flag", "change"),
    ("flag", "delete"),
    *((row, page) for row in ("coupon", "shippingmethod", "taxrate") for page in ("add", "change", "delete")),
}


def routes(patterns: list[Any], prefix: str) -> list[str]:
    found = []
    for pattern in patterns:
        path = f"{prefix}{pattern.pattern}"
        found += routes(pattern.url_patterns, path) if isinstance(pattern, URLResolver) else [path]
    return found


PORTAL = next(each for each in get_resolver().url_patterns if getattr(each, "app_name", "") == "admin")
PATHS = routes(PORTAL.url_patterns, "/admin/")


class House:
    """One row of each table, and somebody for each kind of visitor."""

    def __init__(self) -> None:
        self.root = make_user(is_staff=True, is_superuser=True)
        self.alice = make_user()
        self.organization = make_organization(self.alice)
        self.member = make_user()
        owner = acting_as(self.alice, self.organization.id)
        invitation = services.invite(principal=owner, email=new_address(), role="member", now=clock.now())
        allow(self.member)
        with system_scope(reason="a test looks at everything"):
            membership = Membership.objects.get(organization_id=self.organization.id)
        browser = Browser(self.alice)
        endpoint = make_endpoint(self.organization.id)
        self.product = make_product(self.organization.id)
        order = make_order(self.organization.id, product_id=self.product.id)
        cart_item = make_cart_item(self.organization.id, self.alice.id)
        self.ids = {
            "user": self.alice.pk,
            "session": browser.session_id,
            "group": self.member.groups.get().pk,
            "organization": self.organization.id,
            "membership": membership.pk,
            "announcement": announce(message="Hello", actor_id=None, now=clock.now()).pk,
            "invitation": invitation.id,
            "file": make_file(self.organization.id).id,
            "apikey": make_key(self.organization.id).key.id,
            "flag": make_flag().id,
            "endpoint": endpoint.id,
            "delivery": webhooks.send_test(principal=owner, endpoint_id=endpoint.id, now=clock.now()).id,
            "purge": Purge.objects.create(name="outbox.purge").pk,
            "report": Report.objects.create(name="outbox.purge", started_at=clock.now(), seconds=0.1, purged=1).pk,
            "run": Run.objects.get(id=jobs.enqueue(name="outbox.purge", arguments={})).pk,
            "schedule": Schedule.objects.create(name="outbox.purge").pk,
            "entry": Entry.objects.latest("sequence").pk,
            "product": self.product.pk,
            "category": make_category(self.organization.id).pk,
            "stocklevel": level(self.product).pk,
            "stockmovement": movement_of(self.product).pk,
            "productreview": make_review(self.product).pk,
            "order": order.pk,
            "payment": make_payment(order).pk,
            "cart": cart_item.cart_id,
            "coupon": make_coupon(self.organization.id).pk,
            "shippingmethod": make_shipping_method(self.organization.id).pk,
            "taxrate": make_tax_rate(self.organization.id).pk,
        }

    def path(self, pattern: str) -> str:
        row = next((name for name in ROWS if f"/{name}/" in pattern), "user")
        values = {"object_id": self.ids[row], "content_type_id": 1, "app_label": "identity"}
        path = PARAMETER.sub(lambda match: str(values[match["parameter"]]), pattern)
        return "/admin/identity/" if "^(?P<app_label>" in pattern else path


@pytest.fixture(scope="module")
def house(module_database: Clone, django_db_blocker: DjangoDbBlocker) -> Iterator[House]:
    """One for all: what any test changes is rolled back, this is not."""
    with django_db_blocker.unblock(), module_database.in_use():
        yield House()


def test_the_matrix_sees_the_portal():
    assert len(PATHS) > 30
    assert isinstance(PORTAL, URLResolver)
    assert all(isinstance(each, URLPattern | URLResolver) for each in PORTAL.url_patterns)


@pytest.mark.parametrize("pattern", PATHS)
def test_nobody_but_active_staff_gets_in(house: House, pattern: str):
    path = house.path(pattern)
    disabled = make_user(is_staff=True, is_superuser=True, is_active=True)
    before = Browser(disabled)
    disabled.is_active = False
    disabled.save()
    strangers = [Browser(), Browser(house.alice), before]
    with nothing_changes():
        for browser in strangers:
            for answer in (browser.get(path), browser.post(path)):
                if path == "/admin/login/":
                    assert answer.status_code == 200
                    assert answer.context["form"] is not None
                else:
                    assert answer.status_code == 302
                    assert answer["Location"].startswith(("/admin/login/", "/admin/"))
                    assert answer["Location"] != path


def seer() -> Browser:
    """Somebody who may see every row and change none."""
    person = make_user(is_staff=True)
    allow(person, *(f"view_{row}" for row in ROWS))
    return Browser(person)


@pytest.mark.parametrize("row", ROWS)
def test_staff_without_a_group_see_no_rows(house: House, row: str):
    browser = Browser(make_user(is_staff=True))
    assert browser.get("/admin/").status_code == 200
    app = APPS[row]
    with nothing_changes():
        for place in ("", "add/", *(f"{house.ids[row]}/{page}/" for page in ("change", "delete", "history"))):
            for answer in (browser.get(f"/admin/{app}/{row}/{place}"), browser.post(f"/admin/{app}/{row}/{place}")):
                assert answer.status_code == 403, place


@pytest.mark.parametrize("row", ROWS)
def test_who_may_see_may_not_write(house: House, row: str):
    staff = make_user(is_staff=True)
    allow(staff, f"view_{row}")
    browser = Browser(staff)
    app = APPS[row]
    base = f"/admin/{app}/{row}/"
    assert browser.get(base).status_code == 200
    assert browser.get(f"{base}{house.ids[row]}/change/").status_code == 200
    assert browser.get(f"{base}{house.ids[row]}/history/").status_code == 200
    with nothing_changes():
        assert browser.get(f"{base}add/").status_code == 403
        assert browser.get(f"{base}{house.ids[row]}/delete/").status_code == 403
        for place in ("add/", f"{house.ids[row]}/change/", f"{house.ids[row]}/delete/"):
            assert browser.post(f"{base}{place}", name="x").status_code == 403
        for action in ("disable", "sign_out", "end", "revoke", "delete_selected", "send_test", "redeliver"):
            browser.client.post(base, {"action": action, "_selected_action": [house.ids[row]]})


@pytest.mark.parametrize("row", ROWS)
def test_superusers_write_what_there_is_a_service_for(house: House, row: str):
    browser = Browser(house.root)
    app = APPS[row]
    for page, place in {"add": "add/", "delete": f"{house.ids[row]}/delete/"}.items():
        wanted = 200 if (row, page) in WRITABLE else 403
        assert browser.get(f"/admin/{app}/{row}/{place}").status_code == wanted, page
    shown = browser.get(f"/admin/{app}/{row}/{house.ids[row]}/change/")
    assert shown.context["has_change_permission"] is ((row, "change") in WRITABLE)


@pytest.mark.parametrize("row", ROWS)
def test_a_row_that_is_not_there(row: str):
    browser = Browser(make_user(is_staff=True, is_superuser=True))
    app = APPS[row]
    for identifier in ("01a1f7ed-4c9b-769d-a4cf-b1b0f976d74b", "700000", "nonsense"):
        answer = browser.get(f"/admin/{app}/{row}/{identifier}/change/")
        assert answer.status_code == 302
        assert answer["Location"] == "/admin/"


def test_what_is_nowhere_is_told_in_html_or_json():
    browser = Browser(make_user(is_staff=True, is_superuser=True))
    page = browser.get("/admin/nowhere/")
    assert page.status_code == 404
    assert page["Content-Type"].startswith("text/html")
    assert page["X-Request-ID"] in page.content.decode()
    data = browser.client.get("/admin/nowhere/", headers={"accept": "application/json"})
    assert data.status_code == 404
    assert data.json()["code"] == "not_found"


def test_secrets_are_on_no_page(house: House):
    browser = Browser(house.root)
    with system_scope(reason="a test looks at everything"):
        digest = Invitation.objects.get().digest
    for row, identifier in house.ids.items():
        app = APPS[row]
        body = browser.get(f"/admin/{app}/{row}/{identifier}/change/").content.decode()
        assert "argon2" not in body
        assert digest not in body
        assert house.alice.password not in body
        assert Credential.objects.get().digest not in body


def test_a_browser_that_takes_gzip_is_told_of_problems_in_html():
    client = Browser(make_user(is_staff=True, is_superuser=True)).client
    # Django pads what it compresses by a random length, so that only some answers are smaller than they were.
    for _ in range(20):
        page = client.get("/admin/nowhere/", headers={"accept": "text/html", "accept-encoding": "gzip"})
        assert (page.status_code, page["Content-Type"]) == (404, "text/html; charset=utf-8")
        assert page["Content-Encoding"] == "gzip"
        assert page["X-Request-ID"] in gzip.decompress(page.content).decode()


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("identity/user", "password__regex=^argon2"),
        ("identity/user", "password__regex=("),
        ("identity/user", "password__startswith=argon2"),
        ("identity/user", "password="),
        ("identity/user", "groups__name__startswith=a"),
        ("identity/user", "is_staff__regex=("),
        ("identity/session", "user__password__startswith=argon2"),
        ("identity/session", "revoke_reason__regex=("),
        ("organizations/organization", "owner__password__startswith=argon2"),
        ("organizations/membership", "user__password__startswith=argon2"),
        ("organizations/invitation", "digest__startswith=a"),
        ("api_keys/apikey", "credential__digest__startswith=a"),
        ("flags/flag", "rules__contains=a"),
        ("auth/group", "user__password__startswith=argon2"),
        ("webhooks/endpoint", "secret__startswith=A"),
        ("webhooks/delivery", "endpoint__secret__startswith=A"),
    ],
)
def test_lists_answer_only_what_their_filters_ask(page: str, query: str):
    for browser in (seer(), Browser(make_user(is_staff=True, is_superuser=True))):
        answer = browser.client.get(f"/admin/{page}/?{query}", headers={"accept": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("identity/user", "is_active__exact=1&is_verified__exact=0&is_staff__exact=1&is_superuser__exact=0"),
        ("identity/user", "q=alice&o=1&p=1&all="),
        ("identity/session", "live=yes&revoke_reason__exact=revoked"),
        ("identity/session", "user__id__exact={user}&live=yes"),
        ("organizations/organization", "state=open&is_personal__exact=0"),
        ("organizations/membership", "organization__id__exact={organization}&role__exact=owner"),
        ("organizations/invitation", "organization__id__exact={organization}&state__exact=pending"),
        ("api_keys/apikey", "organization__id__exact={organization}&q=program"),
        ("flags/flag", "is_enabled__exact=1&q=feature"),
        ("webhooks/endpoint", "organization__id__exact={organization}&state__exact=disabled"),
        ("webhooks/delivery", "organization__id__exact={organization}&state__exact=failed"),
    ],
)
def test_lists_answer_what_their_filters_and_links_ask(house: House, page: str, query: str):
    answer = seer().get(f"/admin/{page}/?{query.format(**house.ids)}")
    assert answer.status_code == 200


@pytest.mark.usefixtures("house")
def test_every_choice_of_every_filter_can_be_followed():
    browser = seer()
    followed = 0
    for row in ROWS:
        app = APPS[row]
        shown = browser.get(f"/admin/{app}/{row}/").context["cl"]
        for each in shown.filter_specs:
            for name in each.expected_parameters():
                assert shown.model_admin.lookup_allowed(name, "1", each.request), name
            for choice in each.choices(shown):
                if "query_string" in choice:
                    followed += 1
                    assert browser.get(f"/admin/{app}/{row}/{choice['query_string']}").status_code == 200
    assert followed > 10


def test_no_page_outside_reads_or_sets_a_cookie():
    with nothing_changes():
        answer = Browser().get("/")
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")


def test_pages_let_in_nothing_foreign():
    answer = Browser().get("/admin/login/")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self' 'unsafe-eval'" in policy
    assert "http" not in policy
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"
    assert "no-store" in answer["Cache-Control"]


def test_a_search_of_pages():
    browser = Browser(make_user(is_staff=True, is_superuser=True))
    assert "Users" in browser.get("/admin/search/", s="user", page="x").content.decode()
