"""Whose shop is at which host."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from tenon.delivery.settings import storefront
from tenon.kernel.env import Env


def read(**environ):
    return storefront.from_environment(Env(environ))


def test_there_are_none_unless_said():
    assert read() == {"STOREFRONT_DOMAIN": "", "STOREFRONT_HOSTS": {}}


def test_hosts_and_the_domain_are_read():
    found = read(STOREFRONT_HOSTS="Shop.Acme.com = acme, b.example.com=b-shop", STOREFRONT_DOMAIN="shops.example.com")
    assert found["STOREFRONT_HOSTS"] == {"shop.acme.com": "acme", "b.example.com": "b-shop"}
    assert found["STOREFRONT_DOMAIN"] == "shops.example.com"


@pytest.mark.parametrize(
    "environ",
    [
        {"STOREFRONT_HOSTS": "acme"},
        {"STOREFRONT_HOSTS": "a.com="},
        {"STOREFRONT_HOSTS": "=a"},
        {"STOREFRONT_HOSTS": "https://a.com=a"},
        {"STOREFRONT_DOMAIN": "https://a.com"},
    ],
)
def test_what_is_wrong_names_its_variable(environ):
    with pytest.raises(ImproperlyConfigured, match=next(iter(environ))):
        read(**environ)
