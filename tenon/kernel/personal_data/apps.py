"""The app of the registry of personal data."""

from django.apps import AppConfig


class PersonalDataConfig(AppConfig):
    name = "tenon.kernel.personal_data"
    label = "personal_data"
