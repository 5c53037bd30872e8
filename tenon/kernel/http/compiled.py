"""Hot lists: the serializer says which columns there are, and their statements are built once.

    class MembersView(OrganizationRoute):
        page = CompiledPage(
            serializer=MemberSerializer,  # the documentation, the fields and the columns: see `columns`
            rows=selectors.members,  # a queryset of its keyword arguments
            sort_fields={"joined_at": "created_at"},
            default_sort="joined_at",
            filters={"role": filters.text("role")},
        )

        def get(self, request, organization_id):
            with organization_scope(organization_id, read_only=True):
                return Response(self.page.of(request))

A list like any other to its callers (`pagination`). Inside, the ORM builds one statement for each form that is asked
for (order, filters, direction, with or without the total); it is kept, and prepared where the database prepares. Page
and total come in one round trip, and rows become answers without model instances and without the serializer.
`docs/decisions/0017-hot-lists.md` has what was tried and measured.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from django.db.models import IntegerField, Q, QuerySet, Subquery
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer

from tenon.kernel.http import forms, keyset, totals
from tenon.kernel.http.columns import Columns, Row
from tenon.kernel.http.filters import Condition
from tenon.kernel.http.forms import Form
from tenon.kernel.http.pagination import KeysetPage
from tenon.kernel.statements import Statement, stand_ins

Rows = Callable[..., QuerySet[Any, Any]]

_KEPT = 200  # statements of a list; of more forms, those asked for least recently are built again
_TOTAL = "list_total"


class _Counted(Subquery):
    """How many rows there are, in a column of each row: the database asks itself once."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


@dataclass(frozen=True, slots=True)
class _Compiled:
    page: Statement
    counted: Statement
    matching: Statement
    shown: Callable[[Row], dict[str, Any]]
    place: Callable[[Row], tuple[Any, ...]]
    also: Callable[[Row], tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Listed:
    """A page, and the values of the columns `also` in its first row; none where it has no rows."""

    body: dict[str, Any]
    also: tuple[Any, ...]


@dataclass(frozen=True, kw_only=True)
class CompiledPage(KeysetPage):
    """A hot list: the columns of `serializer` out of `rows`, which is called with what `of` is given."""

    serializer: type[BaseSerializer[Any]]
    rows: Rows
    also: tuple[str, ...] = ()
    """Columns that are the same in each row, and are not shown: for the view."""
    compares: frozenset[str] = frozenset()
    """Lookups of filters that are no columns, but whose `clause` is of one form, and compares whatever value it is."""

    def of(self, request: Request, **given: Any) -> dict[str, Any]:
        """One page as `request` asks for it, as `paginate` answers. Raises Invalid, InvalidCursor included."""
        return self.listed(request, **given).body

    def listed(self, request: Request, **given: Any) -> Listed:
        """The same, with the values of `also`."""
        asked = self.read(request)
        form, values = forms.read(asked, given, is_compared=self._is_compared)
        compiled = self._kept(form) if form.is_common else self._compile(form)
        found = compiled.page.rows(**values)
        page = keyset.page_of(found, compiled.place, asked.cursor, limit=asked.limit, skipped=asked.skip > 0)

        def total() -> dict[str, Any]:
            without = {name: values[name] for name in form.slots(beyond=False)}
            counted = found[0][-1] if found else compiled.counted.count(**without)
            return totals.total(counted, lambda: compiled.matching.planned(**without))

        body = asked.answer(page, represent=compiled.shown, total=total)
        return Listed(body, compiled.also(found[0]) if found else ())

    def _is_compared(self, condition: Condition) -> bool:
        return condition.lookup in self.compares or self.clause(condition) == Q((condition.lookup, condition.value))

    @cached_property
    def _kept(self) -> Callable[[Form], _Compiled]:
        return lru_cache(maxsize=_KEPT)(self._compile)

    def _compile(self, form: Form) -> _Compiled:
        def rows_of(values: Mapping[str, Any]) -> QuerySet[Any, Any]:
            return self.rows(**{name: form.argument(name, values) for name in form.given})

        def matching(**values: Any) -> QuerySet[Any, Any]:
            conditions = (
                Condition(parameter, lookup, form.argument(f"c{at}", values))
                for at, (parameter, lookup) in enumerate(form.conditions)
            )
            return rows_of(values).filter(*map(self.clause, conditions))

        def page(**values: Any) -> QuerySet[Any, Any]:
            rows = within = matching(**values)
            if form.beyond:
                place = [form.argument(f"k{at}", values) for at in range(form.beyond)]
                rows = within.filter(keyset.beyond(form.order, place, inclusive=form.inclusive))
            if form.counted:
                rows = rows.annotate(**{_TOTAL: _Counted(totals.up_to_bound(within))})
            return rows.order_by(*map(str, form.order)).values_list(*names)[form.skip : form.skip + form.read]

        compared, columns = form.slots(beyond=False), Columns(self.serializer, rows_of(stand_ins(form.slots())))
        place, also = columns.places(part.column for part in form.order), columns.places(self.also)
        names = [*columns.names, *([_TOTAL] if form.counted else [])]
        return _Compiled(
            page=Statement(page, **form.slots()),
            counted=Statement(lambda **values: totals.up_to_bound(matching(**values)), **compared),
            matching=Statement(lambda **values: totals.plain(matching(**values)), **compared),
            shown=columns.shown,
            place=place,
            also=also,
        )
