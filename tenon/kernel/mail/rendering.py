"""From templates to the three texts of a mail."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template import Context
from django.template.loader import get_template
from django.utils import translation


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail's texts. The subject is one line, whatever the templates were given."""

    subject: str
    text: str
    html: str


class HeaderInjection(ValueError):
    """A value of the context would have broken the subject into further header lines."""


def render(*, template: str, to: str, context: Mapping[str, Any], locale: str) -> Rendered:
    """Render in the reader's language. Raises HeaderInjection, TemplateDoesNotExist and TemplateSyntaxError."""
    values = {**context, "to": to, "site_name": settings.SITE_NAME, "site_url": settings.SITE_URL}
    with translation.override(_language(locale)):
        subject = _render(f"mail/{template}.subject.txt", values, escape=False).strip()
        if len(subject.splitlines()) != 1:
            raise HeaderInjection("The subject is empty or has line breaks in it.")
        values["subject"] = subject
        text = _render(f"mail/{template}.txt", values, escape=False).strip() + "\n"
        return Rendered(subject, text, _render(f"mail/{template}.html", values, escape=True))


def _render(name: str, values: Mapping[str, Any], *, escape: bool) -> str:
    # Through the engine's own Template: the backend's wrapper would escape the plain texts for HTML, too.
    template = get_template(name).template  # type: ignore[attr-defined]
    return str(template.render(Context(dict(values), autoescape=escape)))


def _language(locale: str) -> str:
    try:
        return translation.get_supported_language_variant(locale or settings.LANGUAGE_CODE)
    except LookupError:
        return settings.LANGUAGE_CODE
