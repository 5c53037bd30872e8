"""The HTTP contract as a Django app: it registers the system checks."""

from django.apps import AppConfig
from django.core.checks import Tags, register

from tenon.kernel.http.checks import check_audiences


class HttpConfig(AppConfig):
    """`tenon.kernel.http`."""

    name = "tenon.kernel.http"
    label = "http"

    def ready(self) -> None:
        register(check_audiences, Tags.urls)
