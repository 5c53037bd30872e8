"""Accept, with quality values and versions (RFC 9110 §12.5.1)."""

import pytest

from tenon.kernel.http.negotiation import choose
from tenon.kernel.http.tests.test_problems import problem

JSON, HTML, YAML = "application/json", "text/html", "application/yaml"


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("text/html", HTML),
        ("TEXT/HTML", HTML),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", HTML),
        ("application/*", JSON),
        ("text/*;q=0.5, application/json;q=0.4", HTML),
        ("application/json;q=0.5, text/html;q=0.5", JSON),
        ("*/*, application/json;q=0.1", HTML),
        ("application/json;q=0, */*", HTML),
        ("application/json;charset=utf-8", JSON),
        ("application/json; version=v1", JSON),
        ('application/json;version="v1"', JSON),
        ("application/json;version=v9, */*;q=0.1", JSON),
        ("application/json;version=v9", None),
        ("application/json;q=0", None),
        ("application/json;q=nonsense", None),
        ("image/png", None),
        ("json", None),
        ("/", None),
        ("application/json," * 200, None),
    ],
)
def test_the_best_type_wins(accept, chosen):
    assert choose(accept, [JSON, HTML]) == chosen


def test_versions_by_accept(client):
    body = {"email": "a@b.example"}
    assert client.get("/orders/", body, headers={"Accept": "application/json;version=v1"}).status_code == 200
    problem(client.get("/orders/", body, headers={"Accept": "application/json;version=v2"}), 406, "not_acceptable")
    problem(client.get("/orders/", body, headers={"Accept": "application/xml"}), 406, "not_acceptable")


def test_an_overlong_content_type_is_415(client):
    response = client.generic("POST", "/echo/", b"{}", content_type="application/json; a=" + "x" * 300)
    problem(response, 415, "unsupported_media_type")
