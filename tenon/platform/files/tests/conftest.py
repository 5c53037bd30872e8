"""Where the files of these tests lie."""

from collections.abc import Iterator

import pytest

from tenon.delivery.settings.files import storage
from tenon.kernel.env import Env
from tenon.platform.files.tests.stores import make_bucket, moto_server, use_bucket
from tenon.platform.organizations.tests.factories import make_organization


@pytest.fixture(scope="session")
def s3_address() -> Iterator[str]:
    """A server that speaks S3."""
    with moto_server() as address:
        yield address


@pytest.fixture
def bucket(settings, s3_address: str) -> str:
    """A bucket, in use for this test."""
    name = make_bucket(s3_address)
    use_bucket(settings, s3_address, name)
    return name


@pytest.fixture(params=["folder", "bucket"])
def either_store(request: pytest.FixtureRequest, settings, tmp_path) -> str:
    """Each test once in a folder, once in a bucket."""
    if request.param == "bucket":
        request.getfixturevalue("bucket")
    else:
        settings.STORAGES = {**settings.STORAGES, "files": storage(Env({}), tmp_path / "files")}
    return request.param


@pytest.fixture
def made(db):
    """An organization."""
    return make_organization()
