"""What products are found by."""

from django.db import models

from tenon.kernel.tenancy.models import OwnedModel


class SearchDocument(OwnedModel):
    """A product's words. `id` is the product's; triggers write the row with the product and its variants.

    So it is in step with whatever wrote them, bulk loads included, and nothing else writes here. On PostgreSQL `name`
    has the folded name alone and a column `words`, a tsvector, everything; elsewhere the four texts have the words, and
    an index for full text stands on them (`docs/decisions/0018-search.md`). `row` is SQLite's number of the document.
    """

    is_active = models.BooleanField()
    name = models.TextField()
    name_words = models.PositiveSmallIntegerField()
    keywords = models.TextField(blank=True)
    details = models.TextField(blank=True)
    description = models.TextField(blank=True)
    row = models.BigIntegerField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name
