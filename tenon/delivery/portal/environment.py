"""The label that tells a developer's portal from one that people work in."""

from django.http import HttpRequest
from django.utils.translation import gettext as _


def environment(request: HttpRequest) -> list[str]:
    """Text and colour of the label."""
    return [_("Development"), "warning"]
