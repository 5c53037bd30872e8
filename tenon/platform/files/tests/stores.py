"""Both stores for tests: a folder, and a bucket of moto's server, which speaks S3 on a socket of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import boto3
from moto.server import ThreadedMotoServer

from tenon.delivery.settings.files import storage
from tenon.kernel.env import Env

KEY = "a-key-of-nobody"


@contextmanager
def moto_server() -> Iterator[str]:
    """The address of a running server."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def make_bucket(address: str) -> str:
    """A new, empty bucket."""
    name = f"files-{uuid4().hex[:20]}"
    client: Any = boto3.client(
        "s3", endpoint_url=address, aws_access_key_id=KEY, aws_secret_access_key=KEY, region_name="us-east-1"
    )
    client.create_bucket(Bucket=name)
    client.close()
    return name


def use_bucket(settings: Any, address: str, bucket: str, **env: str) -> None:
    """Put the files of this test into the bucket."""
    values = {
        "USE_S3": "true",
        "S3_BUCKET": bucket,
        "S3_ENDPOINT_URL": address,
        "S3_ADDRESSING": "path",
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": KEY,
        **env,
    }
    settings.USE_S3 = True
    settings.STORAGES = {**settings.STORAGES, "files": storage(Env(values), settings.FILES_ROOT)}
