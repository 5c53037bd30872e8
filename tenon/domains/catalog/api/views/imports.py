"""Tables of products, taken in and given out."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.domains.catalog import policies
from tenon.domains.catalog.api.negotiating import TableParser
from tenon.domains.catalog.selectors import imports as selectors
from tenon.domains.catalog.services import imports
from tenon.kernel import clock
from tenon.kernel.http import filters
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.examples import shown
from tenon.kernel.http.pagination import KeysetPage
from tenon.kernel.http.parsers import StrictJSONParser
from tenon.kernel.http.uploads import spooled
from tenon.kernel.http.views import Endpoint
from tenon.kernel.money import UnknownCurrency
from tenon.kernel.operations.answers import accepted
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.files.errors import (
    FileRefused,
    FileTooLarge,
    NotReady,
    QuotaUsedUp,
    ScannerLost,
    StoreLost,
)

_IMPORT = {
    "id": "0199f6f0-4c1e-7a52-9d3c-000000000054",
    "operation_id": "01939c67-1c5e-7d4a-9a3b-2f6f0c1d5e77",
    "file_id": "01939c67-1c5e-7d4a-9a3b-2f6f0c1d5e78",
    "dry_run": False,
    "currency": "USD",
    "line": 138,
    "created": 120,
    "updated": 14,
    "unchanged": 3,
    "rejected": 1,
    "created_at": "2026-11-20T09:30:00.000Z",
    "finished_at": "2026-11-20T09:30:02.000Z",
}
_STARTED = {"import_id": _IMPORT["id"], "operation_id": _IMPORT["operation_id"]}
_TABLE = "sku,name,price,stock,category\nMUG-01,Celadon mug,24.99,12,Home > Mugs\n"
_REPORT = "line,sku,reasons\n17,MUG-09,price:not_an_amount\n"
_REJECTED = {"line": 17, "sku": "MUG-09", "reasons": ["price:not_an_amount"]}


class ImportRequestSerializer(serializers.Serializer[Any]):
    """Which file to take in."""

    file_id = serializers.UUIDField(help_text="A file of the purpose `import`.")
    dry_run = serializers.BooleanField(default=False, help_text="Look at every row, and change nothing.")
    currency = serializers.CharField(
        min_length=3,
        max_length=3,
        default="",
        allow_blank=True,
        help_text="Of rows without one; the shop's unless given.",
    )


class DirectQuerySerializer(serializers.Serializer[Any]):
    """The same for a table that is the body."""

    dry_run = serializers.BooleanField(default=False, help_text="Look at every row, and change nothing.")
    currency = serializers.CharField(
        min_length=3,
        max_length=3,
        default="",
        allow_blank=True,
        help_text="Of rows without one; the shop's unless given.",
    )


class StartedImportSerializer(serializers.Serializer[Any]):
    """The import, and the operation that tells how far it is."""

    import_id = serializers.UUIDField()
    operation_id = serializers.UUIDField()


class StartedExportSerializer(serializers.Serializer[Any]):
    """The operation; its result names the file."""

    operation_id = serializers.UUIDField()


class ImportSerializer(serializers.Serializer[Any]):
    """How far an import is. `line` is the last line that is done."""

    id = serializers.UUIDField()
    operation_id = serializers.UUIDField(allow_null=True)
    file_id = serializers.UUIDField(allow_null=True)
    dry_run = serializers.BooleanField()
    currency = serializers.CharField()
    line = serializers.IntegerField(min_value=0)
    created = serializers.IntegerField(min_value=0)
    updated = serializers.IntegerField(min_value=0)
    unchanged = serializers.IntegerField(min_value=0)
    rejected = serializers.IntegerField(min_value=0)
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class RejectedRowSerializer(serializers.Serializer[Any]):
    """A row that was not taken. `reasons` are codes, of a column where there is one."""

    line = serializers.IntegerField(min_value=1)
    sku = serializers.CharField(allow_blank=True)
    reasons = serializers.ListField(child=serializers.CharField())


class ProductImportsView(Endpoint):
    """Imports of products."""

    audience = Audience.MEMBER
    tag = "Catalog"
    permissions = {"GET": policies.READ, "POST": policies.MANAGE}
    throttles = {"POST": ("product_import",)}
    raises = {"POST": (UnknownCurrency, NotReady, FileTooLarge, FileRefused, QuotaUsedUp, ScannerLost, StoreLost)}
    page = KeysetPage(
        sort_fields={"created_at": "created_at"},
        default_sort="-created_at",
        filters={"dry_run": filters.boolean("dry_run")},
    )

    def get_parsers(self) -> list[Any]:
        return [StrictJSONParser(), TableParser()]

    @extend_schema(responses={200: ImportSerializer(many=True)}, examples=shown(answers={200: _IMPORT}))
    def get(self, request: Request) -> Response:
        """List imports.

        The latest first, for 30 days.
        """
        with organization_scope(self.organization_id, read_only=True):
            return Response(self.page.paginate(request, selectors.imports()))

    @extend_schema(
        parameters=[DirectQuerySerializer],
        request={"application/json": ImportRequestSerializer, "text/csv": {"type": "string", "format": "binary"}},
        responses={202: StartedImportSerializer},
        examples=[
            *shown(requests={"A file": {"file_id": _IMPORT["file_id"], "dry_run": True}}, answers={202: _STARTED}),
            *shown(requests={"A table": _TABLE}, takes="text/csv"),
        ],
    )
    def post(self, request: Request) -> Response:
        """Take in a table of products.

        A file that was sent before, or the table itself as `text/csv`, with the options in the query. Its first line
        names columns, `sku` among them; rows make products or change those that have their SKU. What a row does not say
        stays as it is. Wrong rows are passed over and reported, and the others taken. Needs `stock:manage` too.
        """
        if request.content_type.partition(";")[0].strip().lower() == TableParser.media_type:
            asked = self.parse_query(DirectQuerySerializer)
            with spooled(request) as content:
                asked["file_id"] = imports.keep(principal=self.principal, content=content, now=clock.now())
        else:
            asked = self.parse(ImportRequestSerializer)
        import_id, operation_id = imports.start_import(principal=self.principal, now=clock.now(), **asked)
        return accepted(operation_id, {"import_id": import_id, "operation_id": operation_id})


class ProductImportView(Endpoint):
    """One import."""

    audience = Audience.MEMBER
    tag = "Catalog"
    permissions = {"GET": policies.READ}

    @extend_schema(responses={200: ImportSerializer}, examples=shown(answers={200: _IMPORT}))
    def get(self, request: Request, import_id: UUID) -> Response:
        """Show an import."""
        return Response(selectors.one_import(organization_id=self.organization_id, import_id=import_id))


class RejectedRowsView(Endpoint):
    """What was wrong with a table."""

    audience = Audience.MEMBER
    tag = "Catalog"
    permissions = {"GET": policies.READ}
    page = KeysetPage(sort_fields={"line": "line"}, default_sort="line")

    @extend_schema(responses={200: RejectedRowSerializer(many=True)}, examples=shown(answers={200: _REJECTED}))
    def get(self, request: Request, import_id: UUID) -> Response:
        """List the rows that were not taken.

        The first 10,000 of a table, with their lines in it.
        """
        with organization_scope(self.organization_id, read_only=True):
            rows = selectors.rejected_rows(import_id)
            return Response(self.page.paginate(request, rows, represent=_rejected))


class RejectedTableView(Endpoint):
    """The same as a table."""

    audience = Audience.MEMBER
    tag = "Catalog"
    permissions = {"GET": policies.READ}
    throttles = ("export",)

    @extend_schema(responses={(200, "text/csv"): str}, examples=shown(answers={200: _REPORT}, media_type="text/csv"))
    def get(self, request: Request, import_id: UUID) -> HttpResponse:
        """Download the rows that were not taken.

        As CSV: line, SKU, and the reasons.
        """
        text = selectors.rejected_table(organization_id=self.organization_id, import_id=import_id)
        headers = {"Content-Disposition": 'attachment; filename="rejected-rows.csv"'}
        return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)


class ProductExportsView(Endpoint):
    """Exports of products."""

    audience = Audience.MEMBER
    tag = "Catalog"
    permissions = {"POST": policies.READ}
    throttles = ("product_import",)

    @extend_schema(
        request=None,
        responses={202: StartedExportSerializer},
        examples=shown(answers={202: {"operation_id": _IMPORT["operation_id"]}}),
    )
    def post(self, request: Request) -> Response:
        """Write all products into a table.

        When the operation has succeeded, its result names the file, which is kept for seven days. What an import reads
        is what an export writes.
        """
        operation_id = imports.start_export(principal=self.principal, now=clock.now())
        return accepted(operation_id, {"operation_id": operation_id})


def _rejected(row: Any) -> dict[str, Any]:
    return {"line": row["line"], "sku": row["sku"], "reasons": row["reasons"]}
