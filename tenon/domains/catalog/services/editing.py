"""What every change of a catalog has in common: who may, in which scope, and what a taken name is told as."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import IntegrityError, models, transaction
from django.utils.text import slugify

from tenon.domains.catalog import policies
from tenon.domains.catalog.errors import BarcodeTaken, SkuTaken, SlugTaken
from tenon.kernel.errors import FieldError, TenonError
from tenon.kernel.ids import new_id
from tenon.kernel.principal import Principal
from tenon.kernel.tenancy.models import OwnedModel
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.organizations.policies import may, require

_TAKEN: Mapping[str, type[TenonError]] = {"slug": SlugTaken, "sku": SkuTaken, "barcode": BarcodeTaken}

Precondition = Callable[[int], None]
"""Sees the version of a row in its turn, and raises when it is not what the caller has read."""


def anything(version: int) -> None:
    """The precondition of whoever has none."""


@contextmanager
def editing(principal: Principal, word: str = policies.MANAGE) -> Iterator[UUID]:
    """The scope of the principal's organization, for whoever has `word` there. Raises Forbidden."""
    organization_id = principal.acting_in
    with organization_scope(organization_id):
        require(may(principal, word))
        yield organization_id


def store(row: OwnedModel, **options: Any) -> None:
    """Save a row. Raises SlugTaken, SkuTaken, BarcodeTaken."""
    try:
        # A savepoint, so that only this statement's refusal is taken for a taken name.
        with transaction.atomic():
            row.save(**options)
    except IntegrityError as refusal:
        told = str(refusal)
        for field in _TAKEN:
            # PostgreSQL and MariaDB name the constraint, SQLite its columns.
            if f"_by_{field}" in told or f".{field}" in told:
                raise taken(field) from None
        raise


def taken(field: str) -> TenonError:
    """That another one has this slug, SKU or barcode."""
    error = _TAKEN[field]
    return error(errors=[FieldError(f"/{field}", error.code, error.message)])


def changed(row: models.Model, wanted: Mapping[str, Any]) -> list[str]:
    """Give fields of a row other values; the names of those that differ."""
    fields = sorted(name for name, value in wanted.items() if getattr(row, name) != value)
    for name in fields:
        setattr(row, name, wanted[name])
    return fields


def slug_for(name: str, *, longest: int) -> str:
    """A slug made of a name, with an end that nobody else has."""
    tail = new_id().hex[-8:]
    return f"{slugify(name)[: longest - 9].strip('-') or 'item'}-{tail}"
