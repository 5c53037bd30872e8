"""Products that come in as a table: how far that is, and what was wrong with it."""

from django.db import models

from tenon.kernel.fields import ExactCharField
from tenon.kernel.tenancy.models import OwnedModel


class ProductImport(OwnedModel):
    """One table. `line` is the last one that is done: it is written with the products, so nothing is done twice.

    `id` is the reference of the stock movements. `operation_id` is empty for one that a command runs.
    """

    file_id = models.UUIDField(null=True, blank=True)
    operation_id = models.UUIDField(null=True, blank=True)
    started_by_id = models.UUIDField(null=True, blank=True)
    dry_run = models.BooleanField(default=False)
    currency = ExactCharField(max_length=3)
    line = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta(OwnedModel.Meta):
        indexes = [
            # selectors.imports, latest first; the purge of old ones.
            models.Index(fields=["organization", "created_at", "id"], name="catalog_import_list"),
            # personal_data: what one person has started, anywhere.
            models.Index(fields=["started_by_id"], name="catalog_import_by_person"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class RejectedRow(OwnedModel):
    """A row that was not taken. `reasons` are stable codes, of a column where there is one: `price:not_an_amount`."""

    run = models.ForeignKey(ProductImport, on_delete=models.CASCADE, related_name="rejections", db_index=False)
    line = models.PositiveIntegerField()
    sku = models.CharField(max_length=64, blank=True)
    reasons = models.JSONField(default=list)

    class Meta(OwnedModel.Meta):
        constraints = [
            # A line once; the report, in the order of the table.
            models.UniqueConstraint(fields=["organization", "run", "line"], name="catalog_rejected_line"),
        ]

    def __str__(self) -> str:
        return f"{self.line}: {', '.join(self.reasons)}"
