"""Money divided: the parts are the whole, whatever the numbers."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from orders.services.shares import CENT, divide, part_of, percent_of

AMOUNT = st.integers(1, 10**9).map(lambda cents: Decimal(cents) * CENT)


@given(weights=st.lists(AMOUNT, min_size=1, max_size=20), permille=st.integers(0, 1000))
def test_the_parts_sum_to_the_whole_and_none_exceeds_its_weight(
    weights: list[Decimal], permille: int
) -> None:
    whole = sum(weights)
    total = percent_of(whole, Decimal(permille) / 10)

    parts = divide(total, weights)

    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert 0 <= part <= weight
        assert abs(part - total * weight / whole) < CENT


@given(amount=AMOUNT, taken=st.lists(st.integers(1, 5), min_size=1, max_size=9))
def test_units_taken_in_any_portions_are_worth_the_whole(
    amount: Decimal, taken: list[int]
) -> None:
    whole = sum(taken)

    parts = [
        part_of(amount, whole, sum(taken[:i]), units) for i, units in enumerate(taken)
    ]

    assert sum(parts) == amount
    assert all(part >= 0 for part in parts)


def test_equal_remainders_favour_the_earlier() -> None:
    thirds = divide(Decimal("1.00"), [Decimal(5)] * 3)

    assert thirds == [Decimal("0.34"), Decimal("0.33"), Decimal("0.33")]
