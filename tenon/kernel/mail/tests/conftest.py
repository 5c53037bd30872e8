"""A mail template of the tests' own, beside those of the apps."""

from copy import deepcopy
from typing import Any

import pytest

from tenon.testing.smtp import smtp

__all__ = ["smtp"]  # a fixture

TEMPLATES = {
    "mail/sample.subject.txt": "{% load i18n %}{% translate 'Welcome' %}, {{ name }}\n",
    "mail/sample.txt": "{% extends 'mail/base.txt' %}{% block content %}Hello {{ name }}: {{ link }}{% endblock %}",
    "mail/sample.html": (
        "{% extends 'mail/base.html' %}{% block preheader %}Before it{% endblock %}"
        "{% block content %}<h1>Hello {{ name }}</h1>"
        "{% include 'mail/button.html' with url=link label='Open' %}{% endblock %}"
    ),
}


@pytest.fixture(autouse=True)
def _sample(settings: Any) -> None:
    templates = deepcopy(settings.TEMPLATES)
    templates[0]["APP_DIRS"] = False
    templates[0].setdefault("OPTIONS", {})["loaders"] = [
        ("django.template.loaders.locmem.Loader", TEMPLATES),
        "django.template.loaders.app_directories.Loader",
    ]
    settings.TEMPLATES = templates
