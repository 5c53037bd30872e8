"""Imports and exports that callers start, as operations."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tenon.domains.catalog import policies
from tenon.domains.catalog.models import ProductImport
from tenon.domains.catalog.selectors import shop_currency
from tenon.kernel.errors import FieldError, Invalid
from tenon.kernel.money import exponent
from tenon.kernel.operations import services as operations
from tenon.kernel.principal import Principal, PrincipalKind
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.files import policies as file_policies
from tenon.platform.files import selectors as files
from tenon.platform.files.errors import NotReady
from tenon.platform.organizations.policies import may, require

_PEOPLE = {PrincipalKind.USER, PrincipalKind.STAFF}


def start_import(
    *, principal: Principal, file_id: UUID, dry_run: bool, currency: str, now: datetime
) -> tuple[UUID, UUID]:
    """Begin to take a file's rows in; returns the import's id and the operation's.

    Raises Forbidden, UnknownCurrency, NotReady, and Invalid for a file that is none for imports.
    """
    require_rights(principal)
    organization_id = principal.acting_in
    currency = currency or shop_currency(organization_id)
    exponent(currency)
    with organization_scope(organization_id):
        known = files.files().filter(pk=file_id).values_list("purpose", "state").first()
        if known is None or known[0] != file_policies.IMPORT.name:
            detail = _("This is no file that was sent for the purpose import.")
            raise Invalid(errors=[FieldError("/file_id", "not_found", detail)])
        if known[1] != "ready":
            raise NotReady
        table = begin(principal=principal, dry_run=dry_run, currency=currency, now=now, file_id=file_id)
        operation_id = operations.start(
            job="catalog.import_products", payload={"import_id": table.id}, principal=principal, now=now
        )
        ProductImport.objects.filter(pk=table.id).update(operation_id=operation_id)
    return table.id, operation_id


def begin(
    *, principal: Principal, dry_run: bool, currency: str, now: datetime, file_id: UUID | None = None
) -> ProductImport:
    """Note an import, in the open scope."""
    return ProductImport.objects.create(
        file_id=file_id,
        started_by_id=principal.id if principal.kind in _PEOPLE else None,
        dry_run=dry_run,
        currency=currency,
        created_at=now,
    )


def start_export(*, principal: Principal, now: datetime) -> UUID:
    """Begin to write all products into a file; returns the operation's id. Raises Forbidden."""
    require(may(principal, policies.READ))
    return operations.start(
        job="catalog.export_products", payload={"actor_id": principal.id}, principal=principal, now=now
    )


def require_rights(principal: Principal) -> None:
    """A table may say how much there is in stock."""
    require(may(principal, policies.MANAGE) and may(principal, policies.MANAGE_STOCK))
