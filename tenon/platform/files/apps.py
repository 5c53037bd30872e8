"""The app of the files."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "tenon.platform.files"
    label = "files"

    def ready(self) -> None:
        from tenon.kernel.personal_data.registry import Holding, register
        from tenon.platform.files import selectors, services

        register(Holding(name="files", export=selectors.held_of, erase=services.forget))
