"""The goals for speed, as data."""

from dataclasses import dataclass

CLIENTS = (1, 16)


@dataclass(frozen=True)
class Goal:
    """`workload` is to reach `factor` × `reference`; without one it is only told."""

    workload: str
    reference: str | None
    factor: float | None
    unit: str = "requests/s"

    @property
    def group(self) -> str:
        return self.workload.split(" ")[0]


RATIOS = [
    Goal("W1 hot", "L2 W1 hot", 0.6),
    Goal("W1 cold", "L3 W1 cold", 0.7),
    Goal("W2", "L3 W2", 0.7),
    Goal("W3 hot", "L2 W3 hot", 0.6),
    Goal("W3 cold", "L3 W3 cold", 0.7),
    Goal("W4", "L3 W4", 0.7),
    Goal("W4 exact", "L3 W4 exact", None),
    Goal("W5", "L3 W5", 0.5),
    Goal("W8 sign-in", "hash", 0.9),
    Goal("W8 renew", None, None),
    Goal("W8 me", "L3 W8 me", 0.5),
    Goal("W6", "L7", 0.07, "orders/s"),
]
IMPORT = Goal("W7", "L8", 0.4, "goods/s")

ORDERS_A_SECOND = 100
IMPORT_MIB = 300
WEB_PROCESS_MIB = 130
GROWTH = 1.3
GROWN_SEARCH_P99_MS = 50
# Written into the report beside each name.
MEANING = {
    "W1 hot": "first page of the product list",
    "W1 cold": "product list, another page or filter each time",
    "W2": "category with descendants, two filters, by price",
    "W3 hot": "one product with its offers",
    "W3 cold": "another product each time",
    "W4": "search with a typing error",
    "W4 exact": "search without a typing error",
    "W5": "a guest adds to the cart",
    "W6": "whole guest checkout, 5 requests an order",
    "W7": "price list: check, then apply",
    "W8 sign-in": "sign-in",
    "W8 renew": "renewal of a token pair",
    "W8 me": "own account",
}
