"""The store that the settings name."""

from django.conf import settings
from django.core.files.storage import storages

from tenon.platform.files.clients.stores import Store


def store() -> Store:
    """The one in use. What is imported follows from the settings: boto3 takes a fifth of a second."""
    if settings.USE_S3:
        from tenon.platform.files.clients.s3 import S3Store

        return S3Store(storages["files"])
    from tenon.platform.files.clients.folder import FolderStore

    return FolderStore(storages["files"])
