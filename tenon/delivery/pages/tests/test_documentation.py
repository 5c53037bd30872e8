"""The description, and the two ways of reading it."""

import json
from functools import partial

import pytest
import yaml

from tenon.delivery.pages.documentation import _LOGO

pytestmark = pytest.mark.django_db
DOCUMENTATION = [
    "/api/schema/",
    "/api/docs/",
    "/api/docs/redoc.js",
    "/api/schema/redoc/",
    "/api/docs/swagger/",
    "/api/schema/swagger-ui/",
]


@pytest.fixture(autouse=True)
def _documented(settings):
    settings.API_DOCS_ENABLED = True


@pytest.mark.parametrize(
    ("accept", "query", "media_type"),
    [
        ("*/*", "", "application/yaml"),
        ("application/yaml", "", "application/yaml"),
        ("application/json", "", "application/json"),
        ("application/vnd.oai.openapi", "", "application/vnd.oai.openapi"),
        ("application/vnd.oai.openapi+json", "", "application/vnd.oai.openapi+json"),
        ("application/yaml", "?format=json", "application/json"),
        ("application/json", "?format=yaml", "application/yaml"),
    ],
)
def test_yaml_and_json(client, accept, query, media_type):
    response = client.get(f"/api/schema/{query}", headers={"Accept": accept})

    assert response["Content-Type"] == media_type
    load = json.loads if media_type.endswith("json") else partial(yaml.load, Loader=yaml.CSafeLoader)
    assert load(response.content)["openapi"].startswith("3.1")


def test_its_methods_can_be_asked_for(client):
    response = client.options("/api/schema/?format=json")
    assert (response.status_code, response["Allow"]) == (204, "GET, HEAD, OPTIONS")


def test_an_unknown_format_is_named(client):
    [fault] = client.get("/api/schema/?format=xml").json()["errors"]
    assert (fault["parameter"], fault["code"]) == ("format", "invalid_value")


def test_it_is_sent_once(client):
    first = client.get("/api/schema/")
    again = client.get("/api/schema/", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/api/schema/?format=json")["ETag"] != first["ETag"]


@pytest.mark.parametrize("path", DOCUMENTATION)
def test_it_can_be_switched_off(client, settings, path):
    assert client.get(path).status_code == 200
    settings.API_DOCS_ENABLED = False
    assert client.get(path).json()["code"] == "not_found"


def test_redoc_fetches_nothing_from_elsewhere(client):
    response = client.get("/api/docs/redoc.js")

    assert b"Redoc" in response.content
    assert _LOGO not in response.content
    assert b"cdn.redoc" not in response.content
    assert "immutable" in response["Cache-Control"]


def test_the_logo_that_is_taken_out_is_still_the_one_in_the_package():
    from pathlib import Path

    from django.contrib.staticfiles import finders

    bundle = Path(finders.find("drf_spectacular_sidecar/redoc/bundles/redoc.standalone.js")).read_bytes()
    assert bundle.count(_LOGO) == 1


def test_both_readers_ask_for_our_description(client):
    assert b'Redoc.init("/api/schema/"' in client.get("/api/docs/").content
    assert b'url: "/api/schema/"' in client.get("/api/docs/swagger/").content
    assert b"validatorUrl: null" in client.get("/api/docs/swagger/").content
