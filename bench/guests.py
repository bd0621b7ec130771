"""A pool of guests for W5: each has an open cart with one line in it."""

from typing import Any
from uuid import UUID

FIRST_CUSTOMER = 700_000_000
FIRST_CART = 800_000_000
TOKEN = "b3ac4000-0000-4000-8000-"  # noqa: S105

CUSTOMERS = """
INSERT INTO accounts_customer
  (id, token, first_name, last_name, email, phone, created_at)
SELECT %(customer)s + n, (%(token)s || lpad(to_hex(n), 12, '0'))::uuid,
  '', '', '', '', now()
FROM generate_series(0, %(count)s - 1) AS n
"""
CARTS = """
INSERT INTO orders_cart (id, customer_id, created_at, updated_at)
SELECT %(cart)s + n, %(customer)s + n, now(), now()
FROM generate_series(0, %(count)s - 1) AS n
"""
LINES = """
INSERT INTO orders_cartline (cart_id, offer_id, quantity, seen_price)
SELECT %(cart)s + n, id, 1, price
FROM generate_series(0, %(count)s - 1) AS n
JOIN catalog_offer ON id = %(offer)s + n %% %(offers)s
"""


def fill(cursor: Any, count: int, first_offer: int, offers: int) -> None:
    values = {
        "count": count,
        "token": TOKEN,
        "customer": FIRST_CUSTOMER,
        "cart": FIRST_CART,
        "offer": first_offer,
        "offers": offers,
    }
    for statement in (CUSTOMERS, CARTS, LINES):
        cursor.execute(statement, values)


def token(number: int) -> str:
    """The customer token of a guest of the pool."""
    return str(UUID(f"{TOKEN}{number:012x}"))


def second_offer(number: int, first_offer: int, offers: int) -> int:
    """What the guest adds: another offer than the one in the cart."""
    return first_offer + (number + 7) % offers


def marks(number: int, first_offer: int, offers: int) -> dict[str, str]:
    """The values of one guest that appear in statements, by name of placeholder."""
    return {
        "token": token(number),
        "customer": str(FIRST_CUSTOMER + number),
        "cart": str(FIRST_CART + number),
        "offer": str(second_offer(number, first_offer, offers)),
    }
