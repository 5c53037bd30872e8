"""What the environment says about files, and where their bytes then lie."""

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from tenon.delivery.settings.files import from_environment, storage
from tenon.kernel.env import Env

ROOT = Path("/srv/files")
BUCKET = {"USE_S3": "true", "S3_BUCKET": "tenon-files"}


def read(**environ: str) -> dict[str, Any]:
    return from_environment(Env(environ))


def options(**environ: str) -> dict[str, Any]:
    return dict(storage(Env(environ), ROOT)["OPTIONS"])


def test_without_anything_files_lie_in_a_folder_of_their_owner_alone() -> None:
    found = read()
    assert (found["USE_S3"], found["S3_UPLOADS"], found["VIRUS_SCANNER"]) == (False, "post", "")
    assert (found["MAX_UPLOAD_BYTES"], found["MAX_FILE_BYTES"]) == (20 * 1024**2, 100 * 1024**2)
    assert storage(Env({}), ROOT)["BACKEND"] == "django.core.files.storage.FileSystemStorage"
    modes = (options()["file_permissions_mode"], options()["directory_permissions_mode"])
    assert (options()["location"], *modes) == (ROOT, 0o600, 0o700)


def test_a_bucket_takes_its_key_from_the_variables_or_from_the_machine() -> None:
    assert read(**BUCKET)["USE_S3"] is True
    assert storage(Env(BUCKET), ROOT)["BACKEND"] == "storages.backends.s3.S3Storage"
    of_the_machine = options(**BUCKET)
    assert [of_the_machine[name] for name in ("access_key", "secret_key", "security_token", "endpoint_url")] == [
        None,
        None,
        None,
        None,
    ]
    assert of_the_machine["region_name"] == "us-east-1"
    key = {"AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "S", "AWS_SESSION_TOKEN": "T"}
    named = options(**BUCKET, **key, S3_REGION="eu-central-1", S3_ENDPOINT_URL="https://s3.example.com")
    assert (named["access_key"], named["secret_key"], named["security_token"]) == ("A", "S", "T")
    assert (named["region_name"], named["endpoint_url"]) == ("eu-central-1", "https://s3.example.com")


def test_objects_of_a_bucket_are_private_and_their_addresses_signed() -> None:
    found = options(**BUCKET)
    assert (found["default_acl"], found["querystring_auth"], found["signature_version"]) == (None, True, "s3v4")


@pytest.mark.parametrize("address", ["clamd://scanner:3310", "clamd://scanner", "unix:///run/clamd.ctl"])
def test_a_scanner_listens_on_a_port_or_a_socket(address: str) -> None:
    assert read(VIRUS_SCANNER=address)["VIRUS_SCANNER"] == address


@pytest.mark.parametrize(
    ("environ", "variable"),
    [
        ({"USE_S3": "true"}, "S3_BUCKET"),
        ({"USE_S3": "perhaps"}, "USE_S3"),
        ({"S3_UPLOADS": "patch"}, "S3_UPLOADS"),
        ({"VIRUS_SCANNER": "scanner:3310"}, "VIRUS_SCANNER"),
        ({"VIRUS_SCANNER": "clamd://"}, "VIRUS_SCANNER"),
        ({"VIRUS_SCANNER": "unix://"}, "VIRUS_SCANNER"),
        ({"MAX_UPLOAD_BYTES": "1"}, "MAX_UPLOAD_BYTES"),
        ({"FILES_QUOTA_BYTES": "-1"}, "FILES_QUOTA_BYTES"),
        ({"FILES_DOWNLOAD_SECONDS": "soon"}, "FILES_DOWNLOAD_SECONDS"),
        ({"IMAGE_MEMORY_MB": "16"}, "IMAGE_MEMORY_MB"),
    ],
)
def test_a_wrong_value_names_its_variable(environ: dict[str, str], variable: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=variable):
        read(**environ)


def test_a_wrong_way_of_addressing_names_its_variable() -> None:
    with pytest.raises(ImproperlyConfigured, match="S3_ADDRESSING"):
        options(**BUCKET, S3_ADDRESSING="sideways")
