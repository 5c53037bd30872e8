"""TENON_MODULES names products or parts of them, and no part without what it needs."""

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from tenon.delivery.settings import modules


@pytest.mark.parametrize(
    ("named", "on"),
    [
        (["commerce"], ["catalog", "orders"]),
        (["orders", "catalog"], ["catalog", "orders"]),
        (["catalog"], ["catalog"]),
        (["catalog", "commerce", "catalog"], ["catalog", "orders"]),
        (["none"], []),
        (modules.MODULES, ["catalog", "orders"]),
    ],
    ids=lambda value: "-".join(value) or "nothing",
)
def test_names_stand_for_modules(named, on):
    assert modules.switched_on(named) == on


@pytest.mark.parametrize(
    ("named", "said"),
    [
        (["orders"], "TENON_MODULES: orders needs catalog, which it does not name."),
        (["shop"], "knows catalog, orders, commerce (which is catalog and orders); or none alone; and not 'shop'."),
        (["commerce", "none"], "and not 'none'."),
    ],
    ids=["needs", "unknown", "none-of-several"],
)
def test_what_cannot_be_served_is_refused(named, said):
    with pytest.raises(ImproperlyConfigured) as refusal:
        modules.switched_on(named)
    assert str(refusal.value).endswith(said)


def test_what_is_off_is_the_rest():
    assert modules.packages_off(["catalog"]) == ["tenon.domains.orders"]
    assert modules.packages_off(list(modules.MODULES)) == []


def test_every_product_can_be_left_out():
    of_products = [app for app in settings.INSTALLED_APPS if app.startswith("tenon.domains.")]
    assert [module.package for module in modules.MODULES.values()] == of_products


def test_every_need_is_a_module():
    for module in modules.MODULES.values():
        assert set(module.needs) <= set(modules.MODULES)
