"""Rotating log files that several processes share."""

import fcntl
import os
from io import TextIOWrapper
from logging import LogRecord
from logging.handlers import RotatingFileHandler
from pathlib import Path


class SharedRotatingFileHandler(RotatingFileHandler):
    """A RotatingFileHandler that loses no line when several workers write: one of them turns the file over, the others
    notice and follow. The standard one lets each worker rename the file under the others.
    """

    def shouldRollover(self, record: LogRecord) -> int:  # noqa: N802 - the standard library's name
        self._follow()
        return super().shouldRollover(record)

    def doRollover(self) -> None:  # noqa: N802
        with Path(f"{self.baseFilename}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if self._is_current():
                super().doRollover()
            else:
                self._follow()

    def _follow(self) -> None:
        opened = self._opened()
        if opened is not None and not self._is_current():
            opened.close()
            self.stream = self._open()

    def _is_current(self) -> bool:
        """Whether the open file is still the one under this name."""
        opened = self._opened()
        if opened is None:
            return True
        try:
            named = Path(self.baseFilename).stat()
        except FileNotFoundError:
            return False
        held = os.fstat(opened.fileno())
        return (named.st_dev, named.st_ino) == (held.st_dev, held.st_ino)

    def _opened(self) -> TextIOWrapper | None:
        """The file, once something has been written."""
        return self.stream
