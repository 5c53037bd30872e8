"""Pages of the portal write nothing unless they name a service."""

from types import SimpleNamespace

import pytest
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory

from tenon.kernel.errors import FieldError, Forbidden, Invalid
from tenon.kernel.outbox.models import Schedule
from tenon.kernel.portal.admin import ADD, CHANGE, DELETE, PortalAdmin, reason

EVERYTHING = SimpleNamespace(has_perm=lambda permission: True, pk=None)


@pytest.fixture
def request_of_root(rf: RequestFactory):
    """A request of somebody who may do everything."""
    request = rf.get("/")
    request.user = EVERYTHING  # type: ignore[assignment]
    return request


def test_a_page_without_services_only_shows(request_of_root):
    page = PortalAdmin(Schedule, admin.site)
    assert page.has_view_permission(request_of_root)
    assert not page.has_add_permission(request_of_root)
    assert not page.has_change_permission(request_of_root)
    assert not page.has_delete_permission(request_of_root)


def test_one_that_forgets_its_service_writes_nothing(request_of_root):
    class Careless(PortalAdmin):
        writes = frozenset({ADD, CHANGE, DELETE})

    page = Careless(Schedule, admin.site)
    assert page.has_add_permission(request_of_root)
    with pytest.raises(PermissionDenied):
        page.save_model(request_of_root, Schedule(name="x"), form=None, change=False)
    with pytest.raises(PermissionDenied):
        page.delete_model(request_of_root, Schedule(name="x"))


def test_a_refusal_in_words():
    assert reason(Invalid(errors=[FieldError("/a", "x", "One."), FieldError("/b", "y", "Two.")])) == "One. Two."
    assert reason(Forbidden()) == str(Forbidden.message)
