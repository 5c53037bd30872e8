"""Files: whether the folder takes bytes or the bucket answers, and whether the virus scanner does."""

import os
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.module_loading import import_string

from tenon.delivery.doctor.findings import Finding, broken, fine
from tenon.platform.files.clients import clamav

PATIENCE = 3  # seconds for a bucket or a scanner to answer


def store() -> Iterable[Finding]:
    """Where the bytes lie."""
    yield _bucket() if settings.USE_S3 else _folder(Path(settings.STORAGES["files"]["OPTIONS"]["location"]))


def scanner() -> Iterable[Finding]:
    """Who looks for viruses, where somebody does."""
    address = settings.VIRUS_SCANNER
    if not address:
        return
    try:
        clamav.scan(BytesIO(b"doctor"), address=address, seconds=PATIENCE)
    except clamav.ScannerFailed as fault:
        advice = "Start clamd, or correct VIRUS_SCANNER. Until then no file is taken."
        yield broken("Virus scanner", f"{address} does not answer as it should ({fault})", advice)
    else:
        yield fine("Virus scanner", f"{address} answers")


def _folder(root: Path) -> Finding:
    # The first file makes the folder: then the nearest one above has to take it.
    place = next(each for each in (root, *root.parents) if each.exists())
    try:
        if place == root:
            with TemporaryFile(dir=root) as probe:
                probe.write(b"doctor")
        elif not (place.is_dir() and os.access(place, os.W_OK | os.X_OK)):
            raise PermissionError(None, "it cannot be made")
    except OSError as fault:
        reason = fault.strerror or type(fault).__name__
        advice = "Let this process write there, or correct FILES_ROOT. Until then no file is taken."
        return broken("Files", f"the folder {root} takes nothing ({reason})", advice)
    return fine("Files", f"in the folder {root}" + ("" if place == root else ", which the first one makes"))


def _bucket() -> Finding:
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError

    told = settings.STORAGES["files"]
    options = told["OPTIONS"]
    where = f"the bucket {options['bucket_name']} at {_host(options['endpoint_url'], options['region_name'])}"
    config = Config(
        s3={"addressing_style": options["addressing_style"]},
        signature_version=options["signature_version"],
        connect_timeout=PATIENCE,
        read_timeout=PATIENCE,
        retries={"total_max_attempts": 1},
    )
    client = import_string(told["BACKEND"])(**options, client_config=config).connection.meta.client
    try:
        client.head_bucket(Bucket=options["bucket_name"])
    except ClientError as fault:
        advice = "Correct S3_BUCKET, S3_REGION or the key; it needs s3:ListBucket (docs/guides/files.md)."
        return broken("Files", f"{where} refuses ({fault.response.get('Error', {}).get('Code', '')})", advice)
    except BotoCoreError as fault:  # its words hold no key
        advice = "Correct S3_ENDPOINT_URL, S3_REGION or the key. Until then no file is taken or given out."
        return broken("Files", f"{where} does not answer ({type(fault).__name__})", advice)
    finally:
        client.close()
    return fine("Files", f"in {where}, which answers")


def _host(endpoint: str | None, region: str) -> str:
    """Without whatever else somebody wrote into the address."""
    parts = urlsplit(endpoint or "")
    return f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname or region
