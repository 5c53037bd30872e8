from django.apps import AppConfig


class HttpConfig(AppConfig):
    name = "tenon.kernel.http"
    label = "http"
    default_auto_field = "django.db.models.BigAutoField"
