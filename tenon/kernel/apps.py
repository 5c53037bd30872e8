"""The kernel as an app: it brings the mail templates, the mail job and the events that products share."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "tenon.kernel"
    label = "kernel"

    def ready(self) -> None:
        # Imported for what they register.
        from tenon.kernel import content  # noqa: F401
        from tenon.kernel.mail import job  # noqa: F401
