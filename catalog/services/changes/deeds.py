"""What a change set may do: each deed tells what a row's facts become."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, ClassVar, Literal

from catalog.exceptions import FieldRefused
from catalog.models import ChangeSet

Facts = dict[str, Any]
CENT = Decimal("0.01")
# Prices are rounded to the nearest of these steps, less a little.
ROUNDINGS = {
    "0.01": (CENT, Decimal(0)),
    "0.10": (Decimal("0.10"), Decimal(0)),
    "1": (Decimal(1), Decimal(0)),
    "5": (Decimal(5), Decimal(0)),
    "10": (Decimal(10), Decimal(0)),
    "50": (Decimal(50), Decimal(0)),
    "100": (Decimal(100), Decimal(0)),
    "x.99": (Decimal(1), CENT),
    "x9": (Decimal(10), Decimal(1)),
}


@dataclass(frozen=True)
class Deed:
    """One thing to do to every row of a selection."""

    kind: ClassVar[str]

    def after(self, facts: Facts) -> Facts:
        """What these facts of a row become."""
        raise NotImplementedError

    def parameters(self) -> dict[str, Any]:
        """Itself as JSON; `deed_of` reads it."""
        values = asdict(self)
        return {k: f"{v:f}" if isinstance(v, Decimal) else v for k, v in values.items()}


@dataclass(frozen=True)
class PriceDeed(Deed):
    """Raise or lower prices, set them, put goods on sale or end the sale.

    `value` is a percentage or an amount; `prices` says which of an offer's prices
    move. A sale is a discount price that much per cent below the regular one.
    """

    kind = ChangeSet.Kind.PRICE
    how: Literal["percent", "amount", "set", "sale", "end-sale"]
    value: Decimal = Decimal(0)
    prices: Literal["both", "regular", "discount"] = "both"
    rounding: str = "0.01"

    def __post_init__(self) -> None:
        if self.rounding not in ROUNDINGS:
            raise FieldRefused("rounding", "unknown", ["There is no such rounding."])
        if abs(self.value) >= 10**10:
            raise FieldRefused("value", "max_value", ["This is too much."])

    def after(self, facts: Facts) -> Facts:
        regular = Decimal(facts["regular_price"])
        discount = facts["discount_price"] and Decimal(facts["discount_price"])
        if self.how == "end-sale":
            discount = None
        elif self.how == "sale":
            discount = self._rounded(regular * (100 - self.value) / 100)
        elif self.how == "set" and self.prices == "discount":
            discount = self.value
        elif self.how == "set":
            regular = self.value
        else:
            if self.prices != "discount":
                regular = self._moved(regular)
            if self.prices != "regular" and discount:
                discount = self._moved(discount)
        return {
            "regular_price": f"{regular:.2f}",
            "discount_price": None if discount is None else f"{discount:.2f}",
        }

    def _moved(self, price: Decimal) -> Decimal:
        if self.how == "percent":
            return self._rounded(price * (100 + self.value) / 100)
        return self._rounded(price + self.value)

    def _rounded(self, price: Decimal) -> Decimal:
        step, less = ROUNDINGS[self.rounding]
        return ((price + less) / step).quantize(Decimal(1), ROUND_HALF_UP) * step - less


@dataclass(frozen=True)
class StockDeed(Deed):
    """Change stock by a difference, or to a number, which is a difference as well."""

    kind = ChangeSet.Kind.STOCK
    how: Literal["by", "to"]
    value: int

    def after(self, facts: Facts) -> Facts:
        if self.how == "to":
            return {"stock": self.value}
        return {"stock": facts["stock"] + self.value}


@dataclass(frozen=True)
class ListingDeed(Deed):
    """Take offers from sale, or list them again."""

    kind = ChangeSet.Kind.LISTING
    is_withdrawn: bool

    def after(self, facts: Facts) -> Facts:
        return {"is_withdrawn": self.is_withdrawn}


@dataclass(frozen=True)
class ActiveDeed(Deed):
    """Hide products from every shop, or show them again."""

    kind = ChangeSet.Kind.ACTIVE
    is_active: bool

    def after(self, facts: Facts) -> Facts:
        return {"is_active": self.is_active}


@dataclass(frozen=True)
class CategoryDeed(Deed):
    """Move products to a category, out of all others; or add or remove one."""

    kind = ChangeSet.Kind.CATEGORY
    how: Literal["move", "add", "remove"]
    category: int

    def after(self, facts: Facts) -> Facts:
        categories = {} if self.how == "move" else dict.fromkeys(facts["categories"])
        if self.how == "remove":
            categories.pop(self.category, None)
        else:
            categories[self.category] = None
        return {"categories": sorted(categories)}


DEEDS: dict[str, type[Deed]] = {
    deed.kind: deed
    for deed in (PriceDeed, StockDeed, ListingDeed, ActiveDeed, CategoryDeed)
}


def deed_of(kind: str, parameters: Mapping[str, Any]) -> Deed:
    """The deed that was kept as these parameters."""
    values = dict(parameters)
    if kind == ChangeSet.Kind.PRICE:
        values["value"] = Decimal(values["value"])
    return DEEDS[kind](**values)
