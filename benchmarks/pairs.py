"""Things measured in turn, A B A B …, so that what disturbs the machine disturbs all; medians are compared."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from benchmarks import cpu
from benchmarks.load import Outcome, Request, run


@dataclass(frozen=True, slots=True)
class Round:
    """One load against one server."""

    cpu_ms: float
    rate: float
    p50_ms: float
    p99_ms: float
    unexpected: int


def measure(port: int, pid: int, request: Request, *, seconds: float, connections: int) -> Round:
    """One round: application CPU milliseconds per request of the process tree `pid`, and what the client saw."""
    before = cpu.seconds(pid)
    outcome: Outcome = run(port, request, seconds=seconds, connections=connections)
    spent = cpu.seconds(pid) - before
    if not outcome.expected:
        raise SystemExit(f"{request.method} {request.path} never answered as expected: {outcome.unexpected}")
    return Round(
        cpu_ms=spent * 1000 / outcome.expected,
        rate=outcome.rate,
        p50_ms=outcome.percentile(0.5),
        p99_ms=outcome.percentile(0.99),
        unexpected=sum(outcome.unexpected.values()),
    )


def alternate(*ways: Callable[[], Round], rounds: int) -> tuple[Round, ...]:
    """The medians of `rounds` rounds of each, taken in turn after one of each that does not count."""
    for way in ways:
        way()
    taken = [[way() for way in ways] for _ in range(rounds)]
    return tuple(_median(list(each)) for each in zip(*taken, strict=True))


def _median(rounds: list[Round]) -> Round:
    return Round(
        cpu_ms=median(each.cpu_ms for each in rounds),
        rate=median(each.rate for each in rounds),
        p50_ms=median(each.p50_ms for each in rounds),
        p99_ms=median(each.p99_ms for each in rounds),
        unexpected=sum(each.unexpected for each in rounds),
    )
