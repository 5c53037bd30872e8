"""A worker that still loads the application ends when it is told to."""

import multiprocessing
import signal
from collections.abc import Iterator

import pytest

from tenon.delivery.loading import end_on_signals_while_loading

SIGNALS = (signal.SIGTERM, signal.SIGINT)


@pytest.fixture
def inherited() -> Iterator[signal.Handlers]:
    """A handler of the parent's, put back at the end."""
    before = [signal.signal(number, signal.SIG_IGN) for number in SIGNALS]
    yield signal.SIG_IGN
    for number, handler in zip(SIGNALS, before, strict=True):
        signal.signal(number, handler)


def test_a_granian_worker_drops_its_parents_handlers(inherited: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multiprocessing.current_process(), "name", "granian-worker")
    end_on_signals_while_loading()
    assert [signal.getsignal(number) for number in SIGNALS] == [signal.SIG_DFL] * 2


def test_other_servers_keep_the_handlers_they_have(inherited: object) -> None:
    end_on_signals_while_loading()
    assert [signal.getsignal(number) for number in SIGNALS] == [inherited] * 2
