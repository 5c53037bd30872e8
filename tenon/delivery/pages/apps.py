"""The pages as a Django app, for their templates."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """`tenon.delivery.pages`."""

    name = "tenon.delivery.pages"
    label = "pages"
