"""Three texts of one mail: a subject of one line, plain text as it is, HTML escaped and accessible."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.template import TemplateDoesNotExist

from tenon.kernel.mail.rendering import HeaderInjection, Rendered, render

LINK = "https://tenon.example/verify?a=1&b=2"


def rendered(*, name: str = "Ada", locale: str = "", **changes: Any) -> Rendered:
    context = {"name": name, "link": LINK, **changes}
    return render(template="sample", to="ada@example.com", context=context, locale=locale)


def test_the_plain_text_is_not_escaped_and_ends_with_who_sends_it(settings: Any) -> None:
    settings.SITE_NAME, settings.SITE_URL = "Workshop", "https://workshop.example"
    assert (
        rendered(name="Ada & Co <3").text == f"Hello Ada & Co <3: {LINK}\n\n-- \nWorkshop\nhttps://workshop.example\n"
    )


def test_the_html_is_escaped() -> None:
    html = rendered(name="<script>alert(1)</script>").html
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert 'href="https://tenon.example/verify?a=1&amp;b=2"' in html


def test_the_subject_is_one_line_and_also_the_title() -> None:
    mail = rendered(name="Ada <3 & Co")
    assert mail.subject == "Welcome, Ada <3 & Co"
    assert "<title>Welcome, Ada &lt;3 &amp; Co</title>" in mail.html


@pytest.mark.parametrize("newline", ["\n", "\r", "\r\n", "\x0b", "\x85", "\u2028"])
def test_a_line_break_in_the_subject_is_refused(newline: str) -> None:
    with pytest.raises(HeaderInjection):
        rendered(name=f"Ada{newline}Bcc: everybody@example.com")


def test_it_is_in_the_readers_language(settings: Any) -> None:
    settings.LANGUAGES = [("en", "English"), ("ar", "Arabic")]
    assert '<html lang="ar" dir="rtl">' in rendered(locale="ar").html
    assert '<html lang="ar" dir="rtl">' in rendered(locale="ar-eg").html
    for unknown in ("", "xx", "../../etc"):
        assert '<html lang="en" dir="ltr">' in rendered(locale=unknown).html


class _Page(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_the_page_is_made_for_mail_programs_and_screen_readers() -> None:
    html = rendered().html
    page = _Page(html)
    tables = [attributes for tag, attributes in page.tags if tag == "table"]
    assert tables
    assert all(attributes["role"] == "presentation" for attributes in tables)
    assert "prefers-color-scheme: dark" in html
    assert ("meta", {"name": "color-scheme", "content": "light dark"}) in page.tags
    assert not [tag for tag, _ in page.tags if tag in {"script", "img", "link", "iframe", "form"}]
    assert not re.search(r"url\(|@import", html)
    assert "Before it" in html


def test_a_template_that_is_not_there_is_said_to_be_missing() -> None:
    with pytest.raises(TemplateDoesNotExist):
        render(template="never_was", to="ada@example.com", context={}, locale="")
