"""Which columns a serializer shows, and how a row of them becomes what it documents: for lists without its field walk.

A field's `source`, or else its name, is the path to its column: `email = EmailField(source="user.email")` is
`user__email`. A serializer within is an object of its own, null where its row is missing and `allow_null` says so.
What is made of several columns, or is a column in another form, the serializer says in `made`:

    class ProductSerializer(serializers.Serializer):
        price = serializers.CharField()
        made = {"price": Made(decimal, "price_amount", "currency")}

Whatever else computes in Python has no column, and is refused.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import QuerySet
from rest_framework import serializers

Row = Sequence[Any]
_Getter = Callable[[Row], Any]

_FORMS: Mapping[Any, tuple[Any, ...]] = {
    serializers.UUIDField: (models.UUIDField,),
    serializers.CharField: (models.CharField, models.TextField),
    serializers.ChoiceField: (models.CharField, models.TextField),
    serializers.BooleanField: (models.BooleanField,),
    serializers.IntegerField: (models.IntegerField,),
    serializers.DecimalField: (models.DecimalField,),
    serializers.DateTimeField: (models.DateTimeField,),
    serializers.DateField: (models.DateField,),
    serializers.ListField: (models.JSONField,),
    serializers.DictField: (models.JSONField,),
    serializers.JSONField: (models.JSONField,),
}


class Made:
    """A field that is `form` of the values of `columns`, whose paths begin where its serializer's do."""

    def __init__(self, form: Callable[..., Any], *columns: str) -> None:
        self.form = form
        self.columns = columns


class Columns:
    """The columns of `serializer`, whose rows are those of `rows`. `names` grows by what `at` is asked for.

    `without` names fields that are left out.

    Raises TypeError where a field has no column, or one of another type, or one that can be null where the field
    cannot.
    """

    def __init__(
        self,
        serializer: type[serializers.BaseSerializer[Any]],
        rows: QuerySet[Any, Any],
        *,
        without: Collection[str] = (),
    ) -> None:
        self.names: list[str] = []
        self._rows = rows
        self.shown = self._object(serializer(), "", without)
        """What the serializer documents, of a row with at least `names`."""

    def at(self, name: str) -> int:
        """The place of a column in a row."""
        if name not in self.names:
            self.names.append(name)
        return self.names.index(name)

    def places(self, names: Iterable[str]) -> Callable[[Row], tuple[Any, ...]]:
        """The values of several columns of a row."""
        places = [self.at(name) for name in names]
        # Of one place alone it would give the value itself.
        return itemgetter(*places) if len(places) > 1 else lambda row: tuple(row[place] for place in places)

    def _object(self, serializer: Any, prefix: str, without: Collection[str] = ()) -> Callable[[Row], dict[str, Any]]:
        made: Mapping[str, Made] = getattr(serializer, "made", {})
        parts = [
            (name, self._made(made[name], prefix) if name in made else self._getter(field, prefix))
            for name, field in serializer.fields.items()
            if not field.write_only and name not in without
        ]
        return lambda row: {name: get(row) for name, get in parts}

    def _made(self, made: Made, prefix: str) -> _Getter:
        form, values = made.form, self.places(prefix + column for column in made.columns)
        return lambda row: form(*values(row))

    def _getter(self, field: Any, prefix: str) -> _Getter:
        column = prefix + "__".join(field.source_attrs)
        found = self._found(field, column, prefix)
        if isinstance(field, serializers.Serializer):
            return self._within(field, column, found.related_model._meta.pk.name)
        allowed = [each for form, forms in _FORMS.items() if isinstance(field, form) for each in forms]
        if not isinstance(getattr(found, "target_field", found), tuple(allowed)):
            raise TypeError(f"{field.parent!r} shows {column} by {field!r}, but the column is {found!r}.")
        return itemgetter(self.at(column))

    def _within(self, field: Any, column: str, key: str) -> _Getter:
        shown = self._object(field, f"{column}__")
        if not field.allow_null:
            return shown
        there = itemgetter(self.at(f"{column}__{key}"))
        return lambda row: None if there(row) is None else shown(row)

    def _found(self, field: Any, column: str, prefix: str) -> Any:
        """The field of the model that a path leads to, or of the annotation, which never counts as null."""
        if (annotation := self._rows.query.annotations.get(column)) is not None:
            return annotation.output_field
        model, found, nullable = self._rows.model, None, False
        relations = self._rows.query._filtered_relations  # type: ignore[attr-defined]
        for depth, step in enumerate(column.split("__")):
            try:
                found = model._meta.get_field(relations[step].relation_name if step in relations else step)
            except FieldDoesNotExist:
                raise TypeError(f"{self._rows.model.__name__} has no column {column}.") from None
            model = found.related_model or model
            # What can be null around the object that this field is in, that object says.
            nullable = nullable or (depth >= prefix.count("__") and found.null)
        if nullable and not field.allow_null:
            raise TypeError(f"{field.parent!r} shows {column}, which can be null, and does not say so.")
        return found
