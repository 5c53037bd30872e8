"""The feed as a Django app."""

from django.apps import AppConfig


class FeedConfig(AppConfig):
    name = "tenon.kernel.feed"
    label = "feed"
