"""The app of the audit log: it looks at every event that is published."""

from django.apps import AppConfig

from tenon.kernel.outbox import registry
from tenon.kernel.personal_data.registry import Holding, register


class AuditConfig(AppConfig):
    name = "tenon.platform.audit"
    label = "audit"

    def ready(self) -> None:
        from tenon.platform.audit import services
        from tenon.platform.audit.selectors import people

        registry.observe(services.note_event)
        register(Holding(name="audit", export=people.held_of, erase=services.forget))
