"""Each thing that can be wrong before the start is said in one line."""

import socket
import stat
from pathlib import Path

import pytest
from django.db import OperationalError, connections
from django.db.utils import load_backend

from tenon.delivery.run import checks
from tenon.delivery.run.errors import CannotStart
from tenon.kernel.database_urls import database_from_url


@pytest.fixture(autouse=True)
def reach_databases(django_db_blocker):
    """These tests ask databases of their own, never the suite's."""
    with django_db_blocker.unblock():
        yield


def connection_to(url: str):
    wrapper = load_backend(str(database_from_url(url)["ENGINE"])).DatabaseWrapper
    return wrapper(connections.configure_settings({"default": database_from_url(url)})["default"])


def test_a_port_in_use_names_its_variable():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(CannotStart, match=rf"127\.0\.0\.1:{port} .*Address already in use.*set PORT"):
            checks.require_free_port("127.0.0.1", port, variable="PORT")


def test_a_free_port_passes_even_right_after_another_server_left_it():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        client = socket.create_connection(("127.0.0.1", port))
        server.accept()[0].close()
        client.close()
    checks.require_free_port("127.0.0.1", port, variable="PORT")


def test_a_port_past_the_last_one_is_refused():
    with pytest.raises(CannotStart, match="WORKER_PORT=65536 is no port"):
        checks.require_free_port("127.0.0.1", 65536, variable="WORKER_PORT")


def test_an_address_of_another_machine_is_refused():
    with pytest.raises(CannotStart, match="cannot be listened on"):
        checks.require_free_port("192.0.2.1", 8000, variable="PORT")


def test_a_missing_folder_is_made(tmp_path: Path):
    checks.require_writable(tmp_path / "a" / "var")
    assert stat.S_IMODE((tmp_path / "a" / "var").stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path):
    (tmp_path / "var").write_text("a file where the folder should be")
    with pytest.raises(CannotStart, match="var cannot be written to"):
        checks.require_writable(tmp_path / "var")


def test_a_database_that_lets_us_in_passes(tmp_path: Path):
    connection = connection_to(f"sqlite:///{tmp_path}/new/tenon.sqlite3")
    checks.require_database(connection)
    connection.close()
    assert (tmp_path / "new").is_dir()


def test_a_file_that_is_no_database_is_named(tmp_path: Path):
    (tmp_path / "tenon.sqlite3").write_text("no database at all, but long enough to be taken for one")
    with pytest.raises(CannotStart, match="DATABASE_URL cannot be used"):
        checks.require_database(connection_to(f"sqlite:///{tmp_path}/tenon.sqlite3"))


def test_an_unreachable_server_is_named_without_the_password():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(CannotStart, match="DATABASE_URL cannot be used") as caught:
        checks.require_database(connection_to(f"postgresql://tenon:very-secret@127.0.0.1:{port}/tenon"))
    assert "very-secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_driver_that_repeats_the_password_is_silenced(monkeypatch: pytest.MonkeyPatch):
    connection = connection_to("postgresql://tenon:very-secret@127.0.0.1/tenon")

    def refuse():
        raise OperationalError("bad conninfo: password=very-secret\nand more")

    monkeypatch.setattr(connection, "connect", refuse)
    with pytest.raises(CannotStart) as caught:
        checks.require_database(connection)
    assert str(caught.value) == "the database of DATABASE_URL cannot be used (bad conninfo: password=…)."


def test_a_read_only_database_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "tenon.sqlite3").touch()
    monkeypatch.setattr("os.access", lambda *_: False)  # a superuser may write what nobody else may
    with pytest.raises(CannotStart, match=r"tenon\.sqlite3 cannot be written to"):
        checks.require_database(connection_to(f"sqlite:///{tmp_path}/tenon.sqlite3"))
