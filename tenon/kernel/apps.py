"""The kernel as an app: it brings the mail templates, the mail job and the events that products share."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class KernelConfig(AppConfig):
    name = "tenon.kernel"
    label = "kernel"

    def ready(self) -> None:
        # Imported for what they register.
        from tenon.kernel import content  # noqa: F401
        from tenon.kernel.mail import job  # noqa: F401

        autodiscover_modules("policies")  # where apps declare their permission words
