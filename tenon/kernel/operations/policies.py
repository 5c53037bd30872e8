"""Who may see, and stop, what an organization's members and keys have started: everybody their own, and some all."""

from django.utils.translation import gettext_lazy as _

from tenon.kernel import permissions
from tenon.kernel.operations.models import Operation
from tenon.kernel.principal import Principal

READ = permissions.register("operations:read", label=_("See the operations of everybody"), roles=["admin"])
CANCEL = permissions.register("operations:cancel", label=_("Cancel the operations of everybody"), roles=["admin"])


def may(principal: Principal, operation: Operation, word: str) -> bool:
    """Whether it is the principal's own, or `word` opens it. An organization's is for who acts in it, and no other."""
    if operation.organization_id is not None and operation.organization_id != principal.organization_id:
        return False
    if operation.started_by == principal.id:
        return True
    return operation.organization_id is not None and word in principal.permissions
