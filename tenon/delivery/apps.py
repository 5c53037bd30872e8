"""The composition root as an app, so that its commands and templates are found."""

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "tenon.delivery"
    label = "delivery"
