"""Foreign keys reach past row-level security, so a service asks whose row a caller named."""

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from tenon.kernel.errors import FieldError, Invalid
from tenon.kernel.tenancy.models import OwnedModel


def require_same_organization(model: type[OwnedModel], ids: Iterable[UUID | None], *, pointer: str) -> None:
    """Refuse ids of rows that the open scope does not see, unknown or another organization's: the answer is the same.

    None stands for an empty key and is passed over. One query. `pointer` is the JSON pointer of the fault (RFC 6901).
    Raises Invalid, and NoScope outside of a scope.
    """
    wanted = {identifier for identifier in ids if identifier is not None}
    if wanted and model._default_manager.filter(pk__in=wanted).count() != len(wanted):
        raise Invalid(errors=[FieldError(pointer, "not_found", _("This is not known here."))])
