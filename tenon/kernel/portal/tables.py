"""Tables below a row's own fields: what belongs to it, each of them one query."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse


@dataclass(frozen=True, slots=True)
class Table:
    """Cells are text, or what `format_html` has made."""

    title: Any
    headers: Sequence[Any]
    rows: Sequence[Sequence[Any]]


class WithTables:
    """A page of a row that shows tables below its fields."""

    change_form_outer_after_template = "portal/tables.html"

    def tables(self, request: HttpRequest, row: Any) -> list[Table]:
        """What to show of `row`; a table without rows says so."""
        raise NotImplementedError

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, obj: Any = None, **kwargs: Any
    ) -> HttpResponse:
        """Read while the page's scope is open."""
        context["tables"] = self.tables(request, obj) if obj else []
        rendered: HttpResponse = super().render_change_form(  # type: ignore[misc]
            request, context, *args, obj=obj, **kwargs
        )
        return rendered
