"""What one password hash costs while every core makes them: the floor of a sign-in, whatever stands around it."""

import time
from multiprocessing import get_context
from os import cpu_count
from statistics import mean


def cpu_ms(seconds: float) -> float:
    """CPU milliseconds of one Argon2id hash with the parameters in use, one process a core, for `seconds`.

    A hash walks through 19 MiB, so the cores slow one another down: alone on its core it would look cheaper than it is.
    """
    workers = cpu_count() or 1
    with get_context("spawn").Pool(workers) as pool:
        return mean(pool.map(_cpu_ms, [seconds] * workers, chunksize=1))


def _cpu_ms(seconds: float) -> float:
    import django

    django.setup()
    from django.contrib.auth.hashers import make_password

    make_password("to warm up")
    count, started, spent = 0, time.perf_counter(), time.process_time()
    while time.perf_counter() - started < seconds:
        make_password("correct-horse-battery-staple")
        count += 1
    return (time.process_time() - spent) * 1000 / count
