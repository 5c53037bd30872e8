"""Tenancy as a Django app: it sees to it that no unsafe database role serves."""

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.backends.signals import connection_created

from tenon.kernel.tenancy import checks, startup


class TenancyConfig(AppConfig):
    """`tenon.kernel.tenancy`."""

    name = "tenon.kernel.tenancy"
    label = "tenancy"

    def ready(self) -> None:
        connection_created.connect(startup.refuse_unsafe_role, dispatch_uid="tenancy.refuse_unsafe_role")
        register(checks.check_role, Tags.database)
