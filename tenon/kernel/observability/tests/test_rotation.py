"""Several processes write one rotating file, and no line is lost."""

import logging
import multiprocessing
from pathlib import Path

from tenon.kernel.observability.rotation import SharedRotatingFileHandler

WRITERS, LINES = 4, 300
LINE_BYTES = len("0-000\n")


def write(path: str, writer: int) -> None:
    handler = _handler(Path(path))
    for number in range(LINES):
        handler.emit(_record(f"{writer}-{number:03}"))
    handler.close()


def test_no_line_is_lost_when_several_processes_turn_the_file_over(tmp_path: Path) -> None:
    path = tmp_path / "api.log"
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=write, args=(str(path), number)) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0] * WRITERS
    files = sorted(tmp_path.glob("api.log*"))
    lines = [line for file in files if file.suffix != ".lock" for line in file.read_text().splitlines()]
    assert sorted(lines) == sorted(f"{writer}-{number:03}" for writer in range(WRITERS) for number in range(LINES))


def test_old_files_go(tmp_path: Path) -> None:
    handler = _handler(tmp_path / "api.log", kept=2)
    for number in range(200):
        handler.emit(_record(f"0-{number:03}"))
    handler.close()
    kept = {file.name for file in tmp_path.iterdir()}
    assert kept == {"api.log", "api.log.1", "api.log.2", "api.log.lock"}
    assert (tmp_path / "api.log").read_text().endswith("0-199\n")


def test_a_file_that_was_taken_away_is_made_again(tmp_path: Path) -> None:
    path = tmp_path / "api.log"
    handler = _handler(path)
    handler.emit(_record("before"))
    path.rename(tmp_path / "elsewhere.log")
    handler.emit(_record("after"))
    path.unlink()
    handler.emit(_record("again"))
    handler.close()
    assert path.read_text() == "again\n"


def test_who_comes_late_to_turn_the_file_over_follows_instead(tmp_path: Path) -> None:
    path = tmp_path / "api.log"
    late, early = _handler(path), _handler(path)
    for handler in (late, early):
        handler.emit(_record("0-000"))
    early.doRollover()
    late.doRollover()
    late.emit(_record("0-001"))
    assert path.read_text() == "0-001\n"
    assert not (tmp_path / "api.log.2").exists()
    for handler in (late, early):
        handler.close()


def _handler(path: Path, *, kept: int = 200) -> SharedRotatingFileHandler:
    return SharedRotatingFileHandler(path, maxBytes=LINE_BYTES * 20, backupCount=kept, encoding="utf-8", delay=True)


def _record(text: str) -> logging.LogRecord:
    return logging.LogRecord("tests", logging.INFO, __file__, 1, text, None, None)
