from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "tenon.kernel.outbox"
    label = "outbox"
