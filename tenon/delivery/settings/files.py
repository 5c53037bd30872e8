"""Files: where their bytes lie, how large they may be, who looks at them. And what a picture may cost."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from tenon.kernel.env import Env


def from_environment(env: Env) -> dict[str, object]:
    """The settings of this room. Raises ImproperlyConfigured, naming the variable."""
    use_s3 = env.flag("USE_S3", default=False)
    if use_s3 and not env.text("S3_BUCKET"):
        raise ImproperlyConfigured("USE_S3 needs S3_BUCKET.")
    return {
        "USE_S3": use_s3,
        "S3_UPLOADS": env.choice("S3_UPLOADS", choices=("post", "put"), default="post"),
        "MAX_UPLOAD_BYTES": env.integer("MAX_UPLOAD_BYTES", default=20 * 1024**2, minimum=1024),
        "MAX_FILE_BYTES": env.integer("MAX_FILE_BYTES", default=100 * 1024**2, minimum=1024),
        "FILES_QUOTA_BYTES": env.integer("FILES_QUOTA_BYTES", default=10 * 1024**3, minimum=0),
        "FILES_UPLOAD_MINUTES": env.integer("FILES_UPLOAD_MINUTES", default=60, minimum=1),
        "FILES_DOWNLOAD_SECONDS": env.integer("FILES_DOWNLOAD_SECONDS", default=300, minimum=10),
        "VIRUS_SCANNER": _scanner(env),
        "VIRUS_SCANNER_SECONDS": env.integer("VIRUS_SCANNER_SECONDS", default=30, minimum=1),
        "IMAGE_MAX_BYTES": env.integer("IMAGE_MAX_BYTES", default=20 * 1024**2, minimum=1024),
        "IMAGE_MAX_PIXELS": env.integer("IMAGE_MAX_PIXELS", default=50_000_000, minimum=1),
        "IMAGE_MAX_FRAMES": env.integer("IMAGE_MAX_FRAMES", default=500, minimum=1),
        "IMAGE_MEMORY_MB": env.integer("IMAGE_MEMORY_MB", default=768, minimum=256),
        "IMAGE_SECONDS": env.integer("IMAGE_SECONDS", default=5, minimum=1),
        "IMAGE_DECODERS": env.integer("IMAGE_DECODERS", default=1, minimum=1),
    }


def storage(env: Env, root: Path) -> dict[str, Any]:
    """The entry `files` of settings.STORAGES: a folder that no server shows, or a bucket with private objects."""
    if not env.flag("USE_S3", default=False):
        options = {"location": root, "file_permissions_mode": 0o600, "directory_permissions_mode": 0o700}
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {**options, "allow_overwrite": True},
        }
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": env.text("S3_BUCKET"),
            "endpoint_url": env.text("S3_ENDPOINT_URL") or None,
            "region_name": env.text("S3_REGION", default="us-east-1"),
            # Without a key, boto3 looks where it always does: the role of the machine or of the pod.
            "access_key": env.text("AWS_ACCESS_KEY_ID") or None,
            "secret_key": env.text("AWS_SECRET_ACCESS_KEY") or None,
            "security_token": env.text("AWS_SESSION_TOKEN") or None,
            "addressing_style": env.choice("S3_ADDRESSING", choices=("auto", "path", "virtual"), default="auto"),
            "signature_version": "s3v4",
            "default_acl": None,
            "file_overwrite": True,
            "querystring_auth": True,
        },
    }


def _scanner(env: Env) -> str:
    address = env.text("VIRUS_SCANNER")
    parts = urlsplit(address)
    known = (parts.scheme == "clamd" and parts.hostname) or (parts.scheme == "unix" and parts.path)
    if address and not known:
        raise ImproperlyConfigured("VIRUS_SCANNER must be clamd://host:port or unix:///path/of/the/socket.")
    return address
