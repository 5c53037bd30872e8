"""A process that is started without a product serves nothing of it, and keeps what it holds."""

import json
import subprocess
import sys
from typing import Any

import pytest

from tenon.testing.servers import ROOT, environment

LOOK = """
import json
import django
django.setup()
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.test import Client
from tenon.delivery.doctor import configuration, payments
from tenon.kernel import permissions, statistics
from tenon.kernel.outbox import registry
from tenon.kernel.outbox.events import known_events
from tenon.kernel.personal_data.registry import holdings
from tenon.kernel.retention.declaring import purges
from tenon.platform.files.engines import purposes
from tenon.platform.notifications import policies as notifications

client = Client(raise_request_exception=False)
schema = client.get("/api/schema/", {"format": "json"}).json()
print(json.dumps({
    "products": client.get("/api/v1/products/").status_code,
    "orders": client.get("/api/v1/orders/").status_code,
    "cart": client.get("/api/v1/cart/").status_code,
    "profile": client.get("/api/v1/profile/").status_code,
    "organizations": client.get("/api/v1/organizations/").status_code,
    "paths": sorted(schema["paths"]),
    "tags": [tag["name"] for tag in schema["tags"]],
    "webhooks": sorted(schema["webhooks"]),
    "events": sorted(event.name for event in known_events()),
    "words": sorted(word.word for word in permissions.declared()),
    "roles": sorted(permissions.roles()),
    "notifications": [kind.name for kind in notifications.declared()],
    "purposes": [name for name in purposes.names() if purposes.find(name).offered],
    "jobs": [job.name for job in registry.jobs()],
    "schedules": sorted(registry.schedules()),
    "purges": purges(),
    "consumers": sorted(
        each.name for kind in registry._consumers for way in (True, False)
        for each in registry.consumers_of(kind, in_transaction=way)
    ),
    "statistics": sorted(statistics.registered()),
    "portal": sorted(model._meta.app_label for model in admin.site._registry),
    "rooms": [str(room.get("title", "")) for room in settings.UNFOLD["SIDEBAR"]["navigation"]],
    "doctor": [finding.said for finding in configuration.way_of_running()],
    "payments": [finding.said for finding in payments.providers()],
    "apps": sorted(app.label for app in apps.get_app_configs()),
    "holdings": [holding.name for holding in holdings()],
    "carried_out": registry.job_named("catalog.drop_files").name,
}))
"""
_ENV = {
    "DJANGO_SETTINGS_MODULE": "tenon.delivery.settings.test",
    "API_DOCS_ENABLED": "true",
    "RATE_LIMIT_ANONYMOUS": "off",
}


def started(named: str) -> dict[str, Any]:
    """What a process with these TENON_MODULES has to say."""
    done = subprocess.run(
        [sys.executable, "-c", LOOK],
        env=environment({**_ENV, "TENON_MODULES": named}),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def of_shops(names: list[str]) -> list[str]:
    """Those names that a shop would have."""
    words = (
        "product",
        "catalog",
        "categor",
        "stock",
        "review",
        "wishlist",
        "order",
        "cart",
        "coupon",
        "payment",
        "shop",
    )
    return [name for name in names if any(word in name.lower() for word in words)]


def test_without_commerce_there_is_no_shop():
    found = started("none")
    assert [found[name] for name in ("products", "orders", "cart", "profile")] == [404] * 4
    assert found["organizations"] == 401
    for name in ("paths", "webhooks", "events", "words", "roles", "notifications", "purposes", "rooms", "statistics"):
        assert of_shops(found[name]) == [], name
    for name in ("jobs", "schedules", "purges", "consumers"):
        assert [each for each in found[name] if "catalog" in each or each.startswith(("orders", "tenon.domains"))] == []
    assert not {"Catalog", "Orders", "Reports", "Kastoma"} & set(found["tags"])
    assert {"Identity", "Organizations", "Webhooks"} <= set(found["tags"])
    assert not {"catalog", "orders"} & set(found["portal"])
    assert found["doctor"][-2:] == [
        "products: none",
        "switched off by TENON_MODULES: catalog, orders; their tables stay as they are",
    ]
    assert found["payments"] == []
    # What is held of persons is still exported and erased, and what was begun comes to its end.
    assert {"catalog", "orders"} <= set(found["apps"])
    assert {"catalog", "orders"} <= set(found["holdings"])
    assert found["carried_out"] == "catalog.drop_files"


def test_a_catalog_can_stand_alone():
    found = started("catalog")
    assert "/api/v1/products/" in found["paths"]
    assert found["products"] != 404
    assert [found[name] for name in ("orders", "cart")] == [404] * 2
    for name in ("paths", "webhooks", "events", "words", "notifications", "jobs", "schedules", "consumers"):
        assert [each for each in found[name] if any(word in each for word in ("order", "cart", "payment"))] == [], name
    assert "stock:manage" in found["words"]
    assert "catalog.release_reservations" in found["schedules"]
    assert "Shops" in found["rooms"]
    assert "Catalog" in found["tags"]
    assert "Orders" not in found["tags"]
    assert found["payments"] == []


@pytest.mark.parametrize(
    ("named", "said"),
    [("orders", "manage.py: TENON_MODULES: orders needs catalog"), ("shop", "manage.py: TENON_MODULES knows catalog")],
    ids=["unmet", "unknown"],
)
def test_what_cannot_be_served_ends_with_one_line(named, said):
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        env=environment({**_ENV, "TENON_MODULES": named}),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(said)
    assert done.stderr.count("\n") == 1
