"""Hot details: what a serializer shows of rows that are asked for by values, such as an id. Statements are built once.

    PRODUCT = CompiledRows(ProductSerializer, selectors.product_rows, also=("version",), product_id=UUID)

    found = PRODUCT.one(product_id=product_id)  # raises NotFound
    Response(found.body, headers={"ETag": tag(*found.also)})

As a hot list (`compiled`), without what a list can be asked. What belongs to the row, `many=True` in its serializer, is
rows of its own: the serializer leaves it out here, and the view puts it in.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from rest_framework.serializers import BaseSerializer

from tenon.kernel.errors import NotFound
from tenon.kernel.http.columns import Columns, Row
from tenon.kernel.statements import Statement, stand_ins


@dataclass(frozen=True, slots=True)
class Shown:
    """A row as its serializer documents it, and the values of its columns `also`, which are not shown."""

    body: dict[str, Any]
    also: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Compiled:
    statement: Statement
    shown: Callable[[Row], dict[str, Any]]
    also: Callable[[Row], tuple[Any, ...]]


class CompiledRows:
    """The columns of `serializer`, but for its fields `without`, out of `rows`, in their order.

    `rows` is called with a value of each of `kinds`, whose names are its keyword arguments (`Statement`).
    """

    def __init__(
        self,
        serializer: type[BaseSerializer[Any]],
        rows: Callable[..., QuerySet[Any, Any]],
        *,
        also: tuple[str, ...] = (),
        without: Collection[str] = (),
        **kinds: type,
    ) -> None:
        self._serializer = serializer
        self._rows = rows
        self._also = also
        self._without = without
        self._kinds = kinds

    def all(self, **values: Any) -> list[dict[str, Any]]:
        """Every row. One query."""
        compiled = self._compiled
        return [compiled.shown(row) for row in compiled.statement.rows(**values)]

    def one(self, **values: Any) -> Shown:
        """The first row. Raises NotFound. One query."""
        compiled = self._compiled
        row = compiled.statement.first(**values)
        if row is None:
            raise NotFound
        return Shown(compiled.shown(row), compiled.also(row))

    @cached_property
    def _compiled(self) -> _Compiled:
        columns = Columns(self._serializer, self._rows(**stand_ins(self._kinds)), without=self._without)
        also = columns.places(self._also)

        def build(**values: Any) -> QuerySet[Any, Any]:
            return self._rows(**values).values_list(*columns.names)

        return _Compiled(Statement(build, **self._kinds), columns.shown, also)
