"""Pages say what they must, in HTML and in JSON, and let in nothing foreign."""

import re

import pytest
from django.urls import reverse

import tenon
from tenon.kernel.http.problem_types import catalog

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
HTML_PAGES = [
    "/",
    "/problems/",
    "/problems/not_found/",
    "/reset-password/",
    "/invitation/",
    "/magic-verify/",
    "/api/docs/",
    "/api/docs/swagger/",
]


@pytest.fixture(autouse=True)
def _documented(settings):
    settings.API_DOCS_ENABLED = True


def test_the_start_page_is_data_for_programs(client):
    response = client.get("/")

    assert response["Content-Type"] == "application/json"
    body = response.json()
    assert (body["name"], body["version"]) == ("Tenon", tenon.__version__)
    assert body["links"]["documentation"] == "/api/docs/"
    assert body["links"]["health"] == "/health/"


def test_the_start_page_is_a_page_for_people(client):
    response = client.get("/", headers=BROWSER)

    assert response["Content-Type"].startswith("text/html")
    assert {"Accept"} <= set(re.split(r",\s*", response["Vary"]))
    text = response.content.decode()
    assert f"Version {tenon.__version__}" in text
    for link in ["/api/docs/", "/api/docs/swagger/", "/api/schema/", "/health/", "/problems/"]:
        assert f'href="{link}"' in text


def test_nothing_leads_to_documentation_that_is_switched_off(client, settings):
    settings.API_DOCS_ENABLED = False

    assert set(client.get("/").json()["links"]) == {"health", "problems"}
    assert "/api/" not in client.get("/", headers=BROWSER).content.decode().replace("/api/v1/auth/register/", "")


def test_another_representation_is_406(client):
    response = client.get("/", headers={"Accept": "image/png"})
    assert (response.status_code, response["Content-Type"]) == (406, "application/problem+json")


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_pages_are_read_only(client, method):
    response = getattr(client, method)("/problems/")
    assert (response.status_code, response["Content-Type"]) == (405, "application/problem+json")
    assert response["Allow"] == "GET, HEAD"


def test_every_problem_type_has_its_page(client):
    listed = client.get("/problems/").json()["problems"]
    assert {each["code"] for each in listed} == set(catalog())
    assert listed == sorted(listed, key=lambda each: (each["status"], each["code"]))
    for each in listed:
        data = client.get(f"/problems/{each['code']}/").json()
        assert each.items() <= data.items()
        assert data["advice"]
        page = client.get(f"/problems/{each['code']}/", headers=BROWSER).content.decode()
        assert each["code"] in page


def test_the_type_of_a_problem_leads_to_its_page(client, settings):
    settings.SITE_URL = "http://testserver"
    kind = client.get("/nowhere/").json()["type"]
    assert client.get(kind.removeprefix("http://testserver")).json()["code"] == "not_found"


def test_an_unknown_problem_is_one_itself(client):
    assert client.get("/problems/no-such/").json()["code"] == "not_found"


@pytest.mark.parametrize("path", HTML_PAGES)
def test_every_script_and_style_is_our_own(client, path):
    response = client.get(path, headers=BROWSER)
    text = response.content.decode()
    policy = response["Content-Security-Policy"]

    [nonce] = set(re.findall(r'nonce="([^"]+)"', text))
    assert f"'nonce-{nonce}'" in policy
    assert "default-src 'none'" in policy
    scripts = re.findall(r"<script([^>]*)>", text)
    assert all(f'nonce="{nonce}"' in script for script in scripts)
    loaded = re.findall(r'(?:src|href)="([^"]+)"', text)
    assert [address for address in loaded if re.match(r"(https?:)?//", address)] == []
    assert "unsafe-inline" not in re.search(r"script-src[^;]*", policy)[0]
    assert client.get(path, headers=BROWSER)["Content-Security-Policy"] != policy  # another nonce each time


def test_a_magic_code_is_sent_where_it_is_verified(client):
    answer = client.get("/magic-verify?token=a-secret", headers=BROWSER)
    text = answer.content.decode()
    assert f'data-action="{reverse("identity:magic-verify")}"' in text
    assert "a-secret" not in text
    assert "no-store" in answer["Cache-Control"]


def test_a_new_password_is_sent_where_it_is_set(client):
    text = client.get("/reset-password/").content.decode()
    assert f'data-action="{reverse("identity:password-reset-confirm")}"' in text
    assert "no-store" in client.get("/reset-password/")["Cache-Control"]


def test_an_invitation_is_accepted_where_its_letter_leads(client):
    text = client.get("/invitation/").content.decode()
    assert f'data-enter="{reverse("identity:login")}"' in text
    assert f'data-accept="{reverse("organizations:accept-by-token")}"' in text
    assert "no-store" in client.get("/invitation/")["Cache-Control"]
