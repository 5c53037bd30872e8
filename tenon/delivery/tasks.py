"""The Boilerplate backend's sample of work that a request does not wait for."""

from tenon.kernel.operations.running import Running, job
from tenon.kernel.outbox.errors import PermanentFailure

SAMPLE = "boilerplate.sample_background_task"
STEPS, EACH = 10, 2_000
MOST_STEPS = 500  # a matter of seconds


@job(SAMPLE, by_hand=True)
def sample_background_task(operation: Running, *, steps: int = STEPS) -> dict[str, int]:
    """Count the prime numbers below `steps` × 2 000, one 2 000 at a time, and say so as it goes.

    Raises PermanentFailure for more steps than a worker should be held for.
    """
    if type(steps) is not int or not 1 <= steps <= MOST_STEPS:
        raise PermanentFailure(f"steps is a number from 1 to {MOST_STEPS}.")
    found = 0
    for step in range(steps):
        found += sum(_is_prime(number) for number in range(step * EACH, (step + 1) * EACH))
        operation.report(progress=(step + 1) / steps)
    return {"below": steps * EACH, "primes": found}


def _is_prime(number: int) -> bool:
    return number > 1 and all(number % divisor for divisor in range(2, int(number**0.5) + 1))
