"""Who may read the audit log of an organization."""

from django.utils.translation import gettext_lazy as _

from tenon.kernel import permissions

READ = permissions.register("audit:read", label=_("Read the audit log"), roles=["admin"])
