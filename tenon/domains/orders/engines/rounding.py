"""Proportions of whole minor units, rounded half up: what invoices are checked with by hand."""

MILLION = 1_000_000


def proportion(amount: int, numerator: int, denominator: int) -> int:
    """`amount` × numerator / denominator to the nearest unit, a half away from zero. Exact: no float on the way."""
    sign = -1 if amount < 0 else 1
    return sign * ((2 * abs(amount) * numerator + denominator) // (2 * denominator))
