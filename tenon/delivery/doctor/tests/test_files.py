"""What the doctor says of the place of the files, and of who looks at them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tenon.delivery.doctor import files, report
from tenon.delivery.doctor.findings import Finding, Level
from tenon.delivery.settings.files import storage
from tenon.kernel.env import Env
from tenon.platform.files.tests.stores import make_bucket, moto_server, use_bucket
from tenon.testing.servers import free_port


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A server that speaks S3."""
    with moto_server() as address:
        yield address


def folder(settings, root: Path) -> Finding:
    settings.STORAGES = {**settings.STORAGES, "files": storage(Env({}), root)}
    (found,) = files.store()
    return found


class TestFolder:
    def test_one_that_takes_bytes(self, settings, tmp_path: Path) -> None:
        found = folder(settings, tmp_path)
        assert (found.level, found.said) == (Level.FINE, f"in the folder {tmp_path}")
        assert list(tmp_path.iterdir()) == [], "what was written to try it is gone"

    def test_one_that_the_first_file_makes(self, settings, tmp_path: Path) -> None:
        found = folder(settings, tmp_path / "var" / "files")
        assert found.level is Level.FINE
        assert "which the first one makes" in found.said
        assert list(tmp_path.iterdir()) == []

    def test_one_that_is_a_file(self, settings, tmp_path: Path) -> None:
        (tmp_path / "files").write_text("x")
        for root in (tmp_path / "files", tmp_path / "files" / "below"):
            found = folder(settings, root)
            assert found.level is Level.BROKEN
            assert "FILES_ROOT" in found.advice

    def test_one_that_may_not_be_written(self, settings, tmp_path: Path, monkeypatch) -> None:
        monkeypatch.setattr(files.os, "access", lambda path, mode: False)
        assert folder(settings, tmp_path / "files").level is Level.BROKEN


class TestBucket:
    def test_one_that_answers(self, settings, address: str) -> None:
        use_bucket(settings, address, make_bucket(address))
        (found,) = files.store()
        assert found.level is Level.FINE
        assert "127.0.0.1" in found.said

    def test_one_that_is_not_there(self, settings, address: str) -> None:
        use_bucket(settings, address, "nobodys-bucket")
        (found,) = files.store()
        assert found.level is Level.BROKEN
        assert found.said.endswith(("(404)", "(NoSuchBucket)"))
        assert "S3_BUCKET" in found.advice

    def test_a_store_that_is_not_there(self, settings) -> None:
        use_bucket(settings, f"http://127.0.0.1:{free_port()}", "files", AWS_SECRET_ACCESS_KEY="hunter2")
        (found,) = files.store()
        assert found.level is Level.BROKEN
        assert "does not answer (EndpointConnectionError)" in found.said
        assert "hunter2" not in found.said + found.advice

    def test_by_its_region(self) -> None:
        assert files._host(None, "eu-central-1") == "eu-central-1"
        assert files._host("https://key:secret@s3.example.com", "eu-central-1") == "s3.example.com"


class TestScanner:
    def test_none_is_no_finding(self, settings) -> None:
        settings.VIRUS_SCANNER = ""
        assert list(files.scanner()) == []

    def test_one_that_answers(self, settings, monkeypatch) -> None:
        settings.VIRUS_SCANNER = "clamd://127.0.0.1"
        monkeypatch.setattr(files.clamav, "scan", lambda content, address, seconds: "")
        assert [each.said for each in files.scanner()] == ["clamd://127.0.0.1 answers"]

    def test_one_that_does_not(self, settings) -> None:
        settings.VIRUS_SCANNER = f"clamd://127.0.0.1:{free_port()}"
        (found,) = files.scanner()
        assert found.level is Level.BROKEN
        assert "ConnectionRefusedError" in found.said


@pytest.mark.django_db
def test_the_report_tells_of_them(settings, tmp_path: Path) -> None:
    folder(settings, tmp_path)
    assert "Files" in {each.area for each in report.findings()}
