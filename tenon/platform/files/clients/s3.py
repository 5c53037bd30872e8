"""Bytes in a bucket of S3, or of a store that speaks like it. Clients send to it and read from it directly."""

import base64
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast

from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings

from tenon.platform.files.clients.stores import Announced, SignedUpload, StoredObject
from tenon.platform.files.errors import StoreLost

_log = logging.getLogger(__name__)
_IN_MEMORY = 1 << 20
_MISSING = {"404", "NoSuchKey", "NotFound"}
_AT_ONCE = 1000  # keys that one request deletes


class S3Store:
    """A Store on django-storages' S3Storage, whose client signs and lists."""

    def __init__(self, storage: Any) -> None:
        self.client = storage.connection.meta.client
        self.bucket = storage.bucket_name

    def sign_upload(self, announced: Announced, *, token: str) -> SignedUpload:
        return (self._sign_put if settings.S3_UPLOADS == "put" else self._sign_post)(announced)

    def sign_download(self, key: str, *, disposition: str, content_type: str, seconds: int, token: str) -> str:
        parameters = {
            "Bucket": self.bucket,
            "Key": key,
            "ResponseContentDisposition": disposition,
            "ResponseContentType": content_type,
        }
        return str(self.client.generate_presigned_url("get_object", Params=parameters, ExpiresIn=seconds))

    def save(self, key: str, content: IO[bytes], *, content_type: str) -> None:
        content.seek(0)
        with _answering():
            self.client.put_object(Bucket=self.bucket, Key=key, Body=content, ContentType=content_type)

    def open(self, key: str) -> IO[bytes] | None:
        target = cast(IO[bytes], SpooledTemporaryFile(max_size=_IN_MEMORY))  # noqa: SIM115 - for the caller to close
        try:
            with _answering():
                body = self.client.get_object(Bucket=self.bucket, Key=key)["Body"]
                for piece in body.iter_chunks(1 << 16):
                    target.write(piece)
        except _Missing:
            target.close()
            return None
        except StoreLost:
            target.close()
            raise
        target.seek(0)
        return target

    def size(self, key: str) -> int | None:
        try:
            with _answering():
                return int(self.client.head_object(Bucket=self.bucket, Key=key)["ContentLength"])
        except _Missing:
            return None

    def remove(self, keys: Iterable[str]) -> None:
        rest = list(keys)
        while rest:
            some, rest = rest[:_AT_ONCE], rest[_AT_ONCE:]
            named = [{"Key": key} for key in some]
            with _answering():
                self.client.delete_objects(Bucket=self.bucket, Delete={"Objects": named, "Quiet": True})

    def folders(self) -> Iterator[str]:
        for page in self._pages(Delimiter="/"):
            yield from (each["Prefix"].rstrip("/") for each in page.get("CommonPrefixes", ()))

    def objects(self, folder: str) -> Iterator[StoredObject]:
        for page in self._pages(Prefix=f"{folder}/"):
            for each in page.get("Contents", ()):
                yield StoredObject(each["Key"], each["Size"], each["LastModified"])

    def _pages(self, **which: str) -> Iterator[Any]:
        with _answering():
            yield from self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, **which)

    def _sign_post(self, announced: Announced) -> SignedUpload:
        """A form (AWS, POST policy): the policy names the key, the type, the exact size and the checksum."""
        fields = {"Content-Type": announced.content_type, **_checksum(announced)}
        conditions: list[Any] = [{name: value} for name, value in fields.items()]
        conditions.append(["content-length-range", announced.size, announced.size])
        made = self.client.generate_presigned_post(
            self.bucket, announced.key, Fields=fields, Conditions=conditions, ExpiresIn=announced.seconds
        )
        return SignedUpload(made["url"], "POST", fields=made["fields"])

    def _sign_put(self, announced: Announced) -> SignedUpload:
        """A PUT whose signature covers the length, the type and the checksum."""
        parameters: dict[str, Any] = {
            "Bucket": self.bucket,
            "Key": announced.key,
            "ContentType": announced.content_type,
            "ContentLength": announced.size,
        }
        headers = {"Content-Type": announced.content_type}
        if announced.checksum:
            parameters["ChecksumSHA256"] = headers["x-amz-checksum-sha256"] = _base64(announced.checksum)
        url = self.client.generate_presigned_url("put_object", Params=parameters, ExpiresIn=announced.seconds)
        return SignedUpload(str(url), "PUT", headers=headers)


def _checksum(announced: Announced) -> dict[str, str]:
    if not announced.checksum:
        return {}
    return {"x-amz-checksum-algorithm": "SHA256", "x-amz-checksum-sha256": _base64(announced.checksum)}


def _base64(checksum: str) -> str:
    return base64.b64encode(bytes.fromhex(checksum)).decode()


class _Missing(Exception):
    """Nothing lies under the key."""


@contextmanager
def _answering() -> Iterator[None]:
    """Raises _Missing, and StoreLost for everything else that the store does not do."""
    try:
        yield
    except (BotoCoreError, ClientError) as failure:
        if isinstance(failure, ClientError) and failure.response.get("Error", {}).get("Code") in _MISSING:
            raise _Missing from None
        _log.exception("The store of files does not answer as it should.")
        raise StoreLost from None
