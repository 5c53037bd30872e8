"""Child processes: few, kept, replaced when they die, and no picture makes ours grow."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import Event

import pytest

from tenon.kernel.images import pool
from tenon.kernel.images.bounds import Bounds
from tenon.kernel.images.pool import Decoder, Pool
from tenon.kernel.images.refusals import DecodersBusy, ImageRefused
from tenon.testing.pictures import encoded, noise

PICTURE = encoded("JPEG")
BOUNDS = Bounds()


@pytest.fixture
def decoders():
    """Two children at most, for one test."""
    made = Pool(2, patience=5.0)
    yield made
    made.close()


def ask(decoders: Pool, content: bytes = PICTURE, bounds: Bounds = BOUNDS, *, seconds: float = 20.0):
    request = {"do": "inspect", "size": len(content)}
    return decoders.ask(request, BytesIO(content), bounds, seconds=seconds)[0]


def started(decoders: Pool) -> list[Decoder]:
    return [each for each in decoders.free.queue if each is not None]


def test_one_child_serves_one_after_the_other(decoders: Pool):
    answers = [ask(decoders) for _ in range(5)]
    assert answers == [answers[0]] * 5
    assert len(started(decoders)) == 1


def test_many_at_once_share_few_children(decoders: Pool):
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: ask(decoders), range(40)))
    assert answers == [answers[0]] * 40
    assert len(started(decoders)) <= 2


def test_a_child_that_has_died_is_replaced(decoders: Pool):
    ask(decoders)
    (child,) = started(decoders)
    os.kill(child.process.pid, signal.SIGKILL)
    child.process.wait()
    assert ask(decoders)["facts"]["width"] == 64
    assert started(decoders) != [child]


def test_a_child_that_dies_between_the_look_and_the_request_is_replaced(decoders: Pool, monkeypatch):
    ask(decoders)
    (child,) = started(decoders)
    child.process.kill()
    child.process.wait()
    looks = iter([True])
    monkeypatch.setattr(Decoder, "alive", property(lambda each: next(looks, each.process.poll() is None)))
    assert ask(decoders)["facts"]["width"] == 64


def test_children_that_never_take_a_request_are_not_started_for_ever(decoders: Pool, monkeypatch):
    monkeypatch.setattr(pool, "_PROGRAM", "raise SystemExit")
    with pytest.raises(DecodersBusy):
        ask(decoders)
    assert started(decoders) == []


def test_a_child_that_does_not_answer_is_killed_and_replaced(decoders: Pool):
    ask(decoders)
    (child,) = started(decoders)
    os.kill(child.process.pid, signal.SIGSTOP)
    assert ask(decoders, seconds=2)["facts"]["width"] == 64
    assert child.process.poll() == -signal.SIGKILL


def test_a_picture_that_takes_too_long_is_refused(decoders: Pool, monkeypatch):
    monkeypatch.setattr(pool, "_PROGRAM", "print('go', flush=True); import time; time.sleep(60)")
    with pytest.raises(ImageRefused) as refusal:
        ask(decoders, seconds=0.5)
    assert refusal.value.extra == {"reason": "too_costly"}
    assert started(decoders) == []


@pytest.mark.parametrize("code", ["import sys; sys.stdout.buffer.write(b'go\\n')", ""])
def test_a_child_that_dies_over_a_picture_refuses_it(decoders: Pool, monkeypatch, code: str):
    endings = {
        "": "import sys; print('go', flush=True); print('{\"size\": 9, \"facts\": {}}', flush=True)",
    }
    monkeypatch.setattr(pool, "_PROGRAM", f"input(); {endings.get(code, code)}")
    with pytest.raises(ImageRefused) as refusal:
        ask(decoders)
    assert refusal.value.extra == {"reason": "too_costly"}
    assert started(decoders) == []


def test_memory_is_the_childs_and_bounded(decoders: Pool):
    """With less memory than the pixels need, the picture is refused, and the next one is taken."""
    content = encoded("PNG", noise(64, 64).resize((6000, 6000), 0), compress_level=1)
    answer = ask(decoders, content, Bounds(memory=160 * 1024 * 1024))
    assert answer == {"code": "too_costly"}
    assert ask(decoders)["facts"]["width"] == 64


def test_other_bounds_of_memory_are_another_child(decoders: Pool):
    ask(decoders)
    (first,) = started(decoders)
    ask(decoders, bounds=Bounds(memory=900 * 1024 * 1024))
    (second,) = started(decoders)
    assert first.process.pid != second.process.pid
    assert first.process.returncode is not None


def test_whoever_waits_for_too_long_is_told_to_come_back():
    decoders, taken, done = Pool(1, patience=0.05), Event(), Event()

    def hold() -> None:
        held = decoders.free.get()
        taken.set()
        done.wait(10)
        decoders.free.put(held)

    with ThreadPoolExecutor(1) as threads:
        threads.submit(hold)
        assert taken.wait(10)
        with pytest.raises(DecodersBusy):
            ask(decoders)
        done.set()
    decoders.close()


def test_a_process_that_was_forked_off_has_a_pool_of_its_own(monkeypatch):
    first = pool.shared(1)
    assert pool.shared(1) is first
    monkeypatch.setattr(first, "owner", -1)
    second = pool.shared(1)
    assert second is not first
    for each in (first, second):
        each.close()
