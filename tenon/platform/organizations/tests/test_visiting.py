"""Whose shop somebody is in who need not be a member."""

import pytest
from django.conf import settings as configured

from tenon.kernel import permissions
from tenon.kernel.errors import NotFound
from tenon.kernel.principal import ANONYMOUS, Principal, PrincipalKind
from tenon.platform.organizations import selectors, services
from tenon.platform.organizations.tests.factories import NOW, acting_as, add_member, make_organization, make_user
from tenon.testing.queries import query_budget

pytestmark = pytest.mark.django_db
HOST = "shop.example.com"


def person(user):
    return Principal(PrincipalKind.USER, user.id)


@pytest.fixture
def acme():
    return make_organization(slug="acme")


@pytest.mark.parametrize("by", ["id", "slug"])
def test_a_guest_is_in_the_shop_that_the_header_names(acme, by):
    found = selectors.visiting(ANONYMOUS, str(getattr(acme, by)), HOST)
    assert (found.kind, found.organization_id, found.permissions) == (PrincipalKind.ANONYMOUS, acme.id, frozenset())


@pytest.mark.parametrize("host", [HOST, "SHOP.example.com:8443", "acme.shops.example.com", "acme.shops.example.com."])
def test_else_in_that_of_the_host(acme, settings, host):
    settings.STOREFRONT_HOSTS = {HOST: "acme"}
    settings.STOREFRONT_DOMAIN = "shops.example.com"
    assert selectors.visiting(ANONYMOUS, "", host).organization_id == acme.id


def test_the_header_outdoes_the_host(acme, settings):
    settings.STOREFRONT_HOSTS = {HOST: "other"}
    assert selectors.visiting(ANONYMOUS, "acme", HOST).organization_id == acme.id


@pytest.mark.parametrize("host", [HOST, "localhost", "127.0.0.1:8000", "[::1]:8000", "a.b.shops.example.com"])
def test_else_in_that_of_the_deployment(settings, host):
    settings.STOREFRONT_DOMAIN = "shops.example.com"
    services.create_default(owner_id=make_user().id, now=NOW)
    default = selectors.visiting(ANONYMOUS, configured.DEFAULT_ORGANIZATION, host)
    assert selectors.visiting(ANONYMOUS, "", host) == default


@pytest.mark.parametrize("reference", ["nobody", "", "0199f6f0-4c1e-7a52-9d3c-000000000001"])
def test_there_is_no_such_shop(reference):
    with pytest.raises(NotFound):
        selectors.visiting(ANONYMOUS, reference, HOST)


def test_a_shop_that_is_closed_is_there_for_nobody(acme):
    principal = acting_as(acme.owner_id, acme.id)
    services.close(principal=principal, name=acme.name, now=NOW)
    for who in (ANONYMOUS, Principal(PrincipalKind.USER, acme.owner_id)):
        with pytest.raises(NotFound):
            selectors.visiting(who, "acme", HOST)


def test_a_member_has_their_permissions_there_and_others_have_none(acme):
    member = add_member(acme.id)
    assert selectors.visiting(person(member), "acme", HOST) == acting_as(member, acme.id)
    assert selectors.visiting(person(member), "acme", HOST).permissions == permissions.of_role("member")
    stranger = selectors.visiting(person(make_user()), "acme", HOST)
    assert (stranger.organization_id, stranger.permissions) == (acme.id, frozenset())


def test_what_it_costs(acme):
    member, stranger = add_member(acme.id), make_user()
    with query_budget(1):
        selectors.visiting(ANONYMOUS, "acme", HOST)
    with query_budget(1):
        selectors.visiting(person(member), "acme", HOST)
    with query_budget(2):
        selectors.visiting(person(stranger), str(acme.id), HOST)
