"""Filtering by the fields that a view names."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request


class FieldFilter(BaseFilterBackend):
    """`?field=value` for each of the view's `filterset_fields`."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        for name in getattr(view, "filterset_fields", ()):
            if value := request.query_params.get(name):
                queryset = queryset.filter(**{name: value})
        return queryset
