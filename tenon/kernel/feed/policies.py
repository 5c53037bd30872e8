"""Who may read what happened in an organization."""

from django.utils.translation import gettext_lazy as _

from tenon.kernel import permissions

READ = permissions.register("events:read", label=_("Read what happened in the organization"), roles=["admin"])
