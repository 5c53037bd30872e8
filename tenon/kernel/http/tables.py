"""Answers that are also tables: JSON unless `text/csv` is asked for, by `Accept` or by `?format=csv`."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.renderers import BaseRenderer
from rest_framework.response import Response

from tenon.kernel import spreadsheets
from tenon.kernel.http.renderers import OrjsonRenderer
from tenon.kernel.http.views import Endpoint

_FORMATS = ("json", "csv")


class TableRenderer(BaseRenderer):
    """What makes `text/csv` one of the types that are offered; `TableEndpoint.answer` writes it."""

    media_type = "text/csv"
    format = "csv"


class FormatSerializer(serializers.Serializer[Any]):
    """The base of the query of a route that is also a table."""

    format = serializers.ChoiceField(choices=_FORMATS, required=False, help_text=_("Goes before `Accept`."))


class TableEndpoint(Endpoint):
    """A route that answers the same as JSON and as a table."""

    renderer_classes = (OrjsonRenderer, TableRenderer)

    def answer(
        self,
        asked: Mapping[str, Any],
        body: Mapping[str, Any],
        *,
        name: str,
        columns: Sequence[str],
        rows: Iterable[Iterable[Any]],
    ) -> Response | HttpResponse:
        """`body`, or where a table is asked for `rows` in a file called `name`. `asked` is the parsed query."""
        form = asked.get("format") or self.request.accepted_renderer.format
        if form != TableRenderer.format:
            # What `format` says goes before what Accept has chosen.
            self.request.accepted_renderer = renderer = OrjsonRenderer()
            self.request.accepted_media_type = renderer.media_type
            return Response(body)
        headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
        text = spreadsheets.table(columns, rows)
        return HttpResponse(text, content_type="text/csv; charset=utf-8; header=present", headers=headers)
