"""What is counted, and how the counter stands afterwards; shared by both stores."""

from dataclasses import dataclass

from tenon.kernel.limits.rates import Rate


@dataclass(frozen=True, slots=True)
class Charge:
    """One counter and its rate. A `durable` one must survive the loss of Redis and of power."""

    key: str
    rate: Rate
    durable: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """The state of one counter after a charge. `reset_after` is in milliseconds."""

    allowed: bool
    remaining: int
    reset_after: int
