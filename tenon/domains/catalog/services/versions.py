"""Counting the changes that shoppers see, so that caches can tell an old answer from a new one."""

from django.db import IntegrityError, transaction
from django.db.models import F

from tenon.domains.catalog.models import CatalogVersion


def raise_version() -> None:
    """Count a change that shoppers see, in the open organization scope and its transaction.

    Takes the organization's one row until the transaction ends, so it is called last, after all other rows are taken.
    """
    if CatalogVersion.objects.update(number=F("number") + 1):
        return
    try:
        with transaction.atomic():
            CatalogVersion.objects.create(number=1)
    except IntegrityError:  # somebody else made the row meanwhile
        CatalogVersion.objects.update(number=F("number") + 1)
