"""How often the catalog of an organization has changed, as shoppers see it."""

from django.db import models

from tenon.kernel.tenancy.models import OwnedModel


class CatalogVersion(OwnedModel):
    """One row for an organization. `number` is raised with every change that shoppers see, and ETags are made of it."""

    number = models.PositiveBigIntegerField(default=0)

    class Meta(OwnedModel.Meta):
        constraints = [
            # selectors.catalog_version, and one row for an organization.
            models.UniqueConstraint(fields=["organization"], name="catalog_version_of_organization"),
        ]
