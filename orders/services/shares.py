"""Dividing money so that the parts are always the whole."""

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def percent_of(amount: Decimal, percent: Decimal) -> Decimal:
    """So many percent of an amount, rounded to the hundredth, halves up."""
    return (amount * percent / 100).quantize(CENT, ROUND_HALF_UP)


def divide(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Divide `total` by weight, to the hundredth, by largest remainder.

    The parts sum up to `total`; each differs from its exact share by less than a
    hundredth. Equal remainders favour the earlier part. Weights sum to more than 0.
    """
    whole = sum(weights)
    exact = [total * weight / whole for weight in weights]
    parts = [share.quantize(CENT, ROUND_DOWN) for share in exact]
    left = int((total - sum(parts)) / CENT)
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for index in by_remainder[:left]:
        parts[index] += CENT
    return parts


def part_of(amount: Decimal, whole: int, before: int, taken: int) -> Decimal:
    """What `taken` of `whole` units are worth, after `before` units were given.

    However the units are taken, one by one or all at once, their sum is `amount`.
    """

    def up_to(units: int) -> Decimal:
        return (amount * units / whole).quantize(CENT, ROUND_DOWN)

    return up_to(before + taken) - up_to(before)
