"""Pages of the portal that show rows of every organization."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse

from tenon.kernel.portal.admin import PortalAdmin
from tenon.kernel.principal import Principal, PrincipalKind
from tenon.kernel.retries import retried
from tenon.kernel.tenancy.scopes import system_scope

_READING = {"GET", "HEAD"}


class AcrossOrganizations(PortalAdmin):
    """Rows that belong to organizations. Each page is asked for, and rendered, in a scope that sees them all.

    Services open their organization's scope inside of it.
    """

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with self._scope(request):
            return _rendered(super().changelist_view(request, *args, **kwargs))

    @retried
    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with self._scope(request):
            return _rendered(super().changeform_view(request, *args, **kwargs))

    @retried
    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with self._scope(request):
            return _rendered(super().delete_view(request, *args, **kwargs))

    def history_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with self._scope(request):
            return _rendered(super().history_view(request, *args, **kwargs))

    @staticmethod
    def _scope(request: HttpRequest) -> Any:
        return system_scope(
            reason="staff look after the rows of every organization", read_only=request.method in _READING
        )


def acting_for(request: HttpRequest, organization_id: Any) -> Principal:
    """The deployment itself, by the hands of who is signed in: no membership is asked for, and events say who."""
    return Principal(PrincipalKind.SYSTEM, request.user.pk, organization_id=organization_id)


def _rendered(response: HttpResponse) -> HttpResponse:
    """`response` with its rows read, since no scope is open any more when Django would render it."""
    if isinstance(response, SimpleTemplateResponse):
        response.render()
    return response
