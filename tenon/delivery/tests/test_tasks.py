"""The sample of background work holds no worker for ever."""

from typing import Any

import pytest

from tenon.delivery import tasks
from tenon.kernel.outbox.errors import PermanentFailure


class Running:
    """An operation that remembers what it is told."""

    def __init__(self) -> None:
        self.progress: list[float] = []

    def report(self, *, progress: float) -> None:
        self.progress.append(progress)


def test_it_counts_and_says_how_far_it_is():
    operation = Running()
    assert tasks.sample_background_task(operation, steps=2) == {"below": 4000, "primes": 550}
    assert operation.progress == [0.5, 1]


@pytest.mark.parametrize("steps", [0, -1, tasks.MOST_STEPS + 1, 10**12, "10", 1.5, True, None])
def test_what_staff_ask_for_by_hand_has_a_bound(steps: Any):
    operation = Running()
    with pytest.raises(PermanentFailure, match="500"):
        tasks.sample_background_task(operation, steps=steps)
    assert operation.progress == []
