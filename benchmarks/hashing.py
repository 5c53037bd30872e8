"""What one password hash costs on this machine: the floor of a sign-in, whatever stands around it."""

import time
from multiprocessing import get_context


def cpu_ms(seconds: float) -> float:
    """CPU milliseconds of one Argon2id hash with the parameters in use, the mean over `seconds` in a fresh process."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(_cpu_ms, [seconds])


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
