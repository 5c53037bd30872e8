"""The app of the operators' view of jobs."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "tenon.kernel.jobs"
    label = "jobs"
