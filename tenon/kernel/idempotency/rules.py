"""What a view declares about the Idempotency-Key of a method."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Idempotency:
    """By default optional and atomic: one transaction holds the effect and the stored answer.

    `required`: a request without a key is refused, where a repetition would cost money or send something.
    `phased`: the view works in steps on `self.operation`, as it calls a provider in between; nothing around it is a
    transaction. `lease` is how long a phased request may go without a step before a repetition may take over; longer
    than a provider's timeout.
    """

    required: bool = False
    phased: bool = False
    lease: timedelta = timedelta(seconds=60)
