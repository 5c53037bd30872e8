"""The base of every page of the portal that shows rows of a table."""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from django.contrib import messages
from django.contrib.admin.filters import SimpleListFilter
from django.contrib.admin.utils import get_fields_from_path
from django.core.exceptions import PermissionDenied
from django.db.models import DateField, Model, QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin

from tenon.kernel.errors import TenonError
from tenon.kernel.portal.forms import ServiceForm
from tenon.kernel.retries import retried

_M = TypeVar("_M", bound=Model)
ADD, CHANGE, DELETE = "add", "change", "delete"
# What Django's filters, and unfold's, write behind a field's name in an address.
_SUFFIXES = ("", "__exact", "__in", "__isnull")
_DATE_SUFFIXES = ("__gte", "__gt", "__lte", "__lt")
_HIERARCHY_SUFFIXES = ("__year", "__month", "__day", "__gte", "__lt")


class PortalAdmin(ModelAdmin):  # type: ignore[misc]
    """Rows of one table: read-only, but for the `writes` that a subclass hands to services.

    A subclass overrides `save_model` for ADD and CHANGE, and `delete_model` for DELETE. Whatever error a service raises
    there undoes the whole request; the form comes back with the person's values and the refusal beside them.
    """

    writes: ClassVar[frozenset[str]] = frozenset()
    linked_by: ClassVar[frozenset[str]] = frozenset()  # lookups of other pages' links to this one, besides its filters

    form = ServiceForm
    list_per_page = 50
    show_full_result_count = False  # one count of the table less
    list_filter_submit = True
    compressed_fields = True
    warn_unsaved_form = True
    empty_value_display = "–"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return ADD in self.writes and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return CHANGE in self.writes and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return DELETE in self.writes and super().has_delete_permission(request, obj)

    def has_act_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether the person may use this page's actions: who may change a row, though perhaps by no form."""
        return bool(super().has_change_permission(request, obj))

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Without Django's own deletion of many rows at once, which knows no service."""
        return {name: action for name, action in super().get_actions(request).items() if name != "delete_selected"}

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Only what the page's own filters ask for, and links to it.

        Django lets an address ask anything of a table's own columns, so whoever may see a page could read, one guess
        at a time, what it does not show: the hash of a password.
        """
        return lookup in self.linked_by or lookup in self._filtered(request)

    def _filtered(self, request: HttpRequest) -> set[str]:
        """The lookups of the page's filters."""
        lookups = {f"{self.date_hierarchy}{suffix}" for suffix in _HIERARCHY_SUFFIXES if self.date_hierarchy}
        for each in self.get_list_filter(request):
            if isinstance(each, type) and issubclass(each, SimpleListFilter):
                lookups.add(str(each.parameter_name))
                continue
            path = each[0] if isinstance(each, tuple | list) else each
            field: Any = get_fields_from_path(self.model, path)[-1]
            suffixes = (*_SUFFIXES, *(_DATE_SUFFIXES if isinstance(field, DateField) else ()))
            paths = [path, f"{path}__{field.target_field.name}"] if field.is_relation else [path]
            lookups.update(f"{each_path}{suffix}" for each_path in paths for suffix in suffixes)
        return lookups

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """The rows that `search_term` means, which may also be an id, as it stands in logs and answers."""
        try:
            return queryset.filter(pk=UUID(search_term.strip())), False
        except ValueError:
            found: tuple[QuerySet[Any], bool] = super().get_search_results(request, queryset, search_term)
            return found

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        form.refusal = getattr(request, "refusal", None)
        return form

    @retried
    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except TenonError as refusal:
            # What was begun is undone by now. The same request once more, with the refusal as a fault of the form.
            request.refusal = refusal  # type: ignore[attr-defined]
            return super().changeform_view(request, *args, **kwargs)

    @retried
    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().delete_view(request, *args, **kwargs)
        except TenonError as refusal:
            self.message_user(request, reason(refusal), messages.ERROR)
            return HttpResponseRedirect(request.path)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Refused: a subclass that lets people write names the service."""
        raise PermissionDenied

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Nothing: `save_model` has told the service all."""

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Refused: a subclass that lets people delete names the service."""
        raise PermissionDenied

    def each(self, request: HttpRequest, rows: Iterable[_M], call: Callable[[_M], object], *, done: str) -> None:
        """Call a service for each of `rows`; a refusal is told and stops no other. `done` stands in the history."""
        succeeded = 0
        for row in rows:
            try:
                if not self.has_act_permission(request, row):
                    raise PermissionDenied
                call(row)
            except TenonError as refusal:
                self.message_user(request, f"{row}: {reason(refusal)}", messages.ERROR)
            except PermissionDenied:
                self.message_user(request, f"{row}: {_('This is not for you to decide.')}", messages.ERROR)
            else:
                succeeded += 1
                self.log_change(request, row, done)
        if succeeded:
            self.message_user(request, f"{done} ({succeeded})", messages.SUCCESS)


def reason(refusal: TenonError) -> str:
    """What a service refused, in words."""
    return " ".join(str(fault.detail) for fault in refusal.errors) or str(refusal)
