"""Notifications as a Django app: it says what it holds of persons."""

from django.apps import AppConfig

from tenon.kernel.personal_data.registry import Holding, register


class NotificationsConfig(AppConfig):
    name = "tenon.platform.notifications"
    label = "notifications"

    def ready(self) -> None:
        from tenon.platform.notifications import selectors
        from tenon.platform.notifications.services import retention

        register(Holding(name="notifications", export=selectors.held_of, erase=retention.forget_person))
