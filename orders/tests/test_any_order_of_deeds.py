"""A shop in which anything may happen next, beside a dict that says what should."""

from collections import Counter
from typing import Any
from unittest.mock import Mock

import pytest
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.services import open_guest
from catalog.exceptions import OutOfStock
from catalog.models import Offer, StockMovement
from catalog.services import correct_stock
from orders.exceptions import (
    CancelTooLate,
    CartIsEmpty,
    MoveNotAllowed,
    NothingToRefund,
    RefundTooLarge,
)
from orders.models import Order, Payment, PaymentMethod, Refund
from orders.services import (
    Delivery,
    cancel_order,
    checkout,
    draft_order,
    move_order,
    refund_order,
    set_line,
    take_payment,
)
from partners.services import import_price_list

GOODS, BUYERS = 3, 2
PICKUP = Delivery(email="ann@example.com", phone="1", method="pickup")
NEXT = {"confirmed": "assembled", "assembled": "sent", "sent": "delivered"}
few, whose, goods = (st.integers(1, 4), st.integers(0, BUYERS - 1), st.integers(0, 2))
any_order = st.integers(0, 50)


def price_list(stock: list[int]) -> bytes:
    head = "shop: Any\ncategories:\n  - id: 1\n    name: Tea\ngoods:\n"
    return (
        head
        + "".join(
            f"  - id: {n}\n    category: 1\n    name: Tea {n}\n    model: t/{n}\n"
            f"    price: {10 * (n + 1)}\n    price_rrc: 100\n    quantity: {left}\n"
            "    parameters: {}\n"
            for n, left in enumerate(stock, 1)
        )
    ).encode()


class Shop(RuleBasedStateMachine):
    """Deeds of buyers, staff and a partner; the model is `stock`, `carts`, `orders`."""

    @initialize(stock=st.lists(st.integers(0, 6), min_size=GOODS, max_size=GOODS))
    def open(self, stock: list[int]) -> None:
        self.rollback = transaction.atomic()
        self.rollback.__enter__()
        facts = {"name": "Invoice", "is_active": True}
        PaymentMethod.objects.update_or_create(
            code="invoice", defaults=facts | {"provider": "invoice"}
        )
        self.now = timezone.now()
        self.import_list(stock)
        shop = Offer.objects.filter(shop__name="Any").order_by("pk")
        self.offers = [offer.pk for offer in shop]
        self.stock = dict(zip(self.offers, stock, strict=True))
        self.buyers = [open_guest() for _ in range(BUYERS)]
        self.carts: list[Counter[int]] = [Counter() for _ in range(BUYERS)]
        # number → state, quantities, units refunded, is paid
        self.orders: dict[int, dict[str, Any]] = {}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.rollback.__exit__(None, None, None)

    def import_list(self, stock: list[int]) -> None:
        import_price_list(
            user=None, content=price_list(stock), source="any.yaml", now=self.now
        )

    def chosen(self, number: int) -> tuple[Order, dict[str, Any]]:
        pk = sorted(self.orders)[number % len(self.orders)]
        return Order.objects.get(pk=pk), self.orders[pk]

    @rule(buyer=whose, which=goods, quantity=st.integers(0, 4))
    def fill(self, buyer: int, which: int, quantity: int) -> None:
        offer = self.offers[which]
        set_line(customer=self.buyers[buyer], offer_id=offer, quantity=quantity)
        self.carts[buyer][offer] = quantity

    @rule(buyer=whose, paid_by=st.sampled_from(["", "invoice"]))
    def buy(self, buyer: int, paid_by: str) -> None:
        wanted = +self.carts[buyer]
        facts: dict[str, Any] = {"delivery": PICKUP, "actor": None, "now": self.now}
        facts |= {"customer": self.buyers[buyer], "quote": None, "payment": paid_by}
        short = {pk for pk, quantity in wanted.items() if self.stock[pk] < quantity}
        if not wanted or short:
            with pytest.raises(OutOfStock if wanted else CartIsEmpty) as refusal:
                checkout(**facts)
            if wanted:
                assert {s.offer for s in refusal.value.shortages} == short
            return
        order = checkout(**facts)
        self.take(order, wanted)
        self.carts[buyer].clear()

    def take(self, order: Order, wanted: Counter[int]) -> None:
        for pk, quantity in wanted.items():
            self.stock[pk] -= quantity
        known = {"state": "confirmed", "wanted": wanted, "back": Counter()}
        self.orders[order.pk] = known | {"is_paid": False}

    @rule(buyer=whose, which=goods, quantity=few)
    def draft(self, buyer: int, which: int, quantity: int) -> None:
        offer = self.offers[which]
        facts: dict[str, Any] = {"delivery": PICKUP, "actor": None, "now": self.now}
        facts |= {"customer": self.buyers[buyer], "quantities": {offer: quantity}}
        if self.stock[offer] < quantity:
            with pytest.raises(OutOfStock):
                draft_order(**facts)
            return
        known = {"state": "new", "wanted": Counter({offer: quantity})}
        order = draft_order(**facts)
        self.orders[order.pk] = known | {"back": Counter(), "is_paid": False}

    @precondition(lambda self: self.orders)
    @rule(number=any_order)
    def move_on(self, number: int) -> None:
        order, known = self.chosen(number)
        if known["state"] == "new":
            return self.confirm(order, known)
        to = NEXT.get(known["state"], "sent")
        facts: dict[str, Any] = {"order": order, "to": to, "actor": None}
        if known["state"] not in NEXT:
            with pytest.raises(MoveNotAllowed):
                move_order(**facts, now=self.now)
            return None
        move_order(**facts, now=self.now)
        known["state"] = to
        return None

    def confirm(self, order: Order, known: dict[str, Any]) -> None:
        facts: dict[str, Any] = {"order": order, "to": "confirmed", "actor": None}
        if any(self.stock[pk] < q for pk, q in known["wanted"].items()):
            with pytest.raises(OutOfStock):
                move_order(**facts, now=self.now)
            return
        move_order(**facts, now=self.now)
        self.take(order, known["wanted"])

    @precondition(lambda self: self.orders)
    @rule(number=any_order, by_staff=st.booleans())
    def cancel(self, number: int, by_staff: bool) -> None:
        order, known = self.chosen(number)
        state = known["state"]
        refusal = None
        if (state in {"canceled", "delivered"} and by_staff) or state == "canceled":
            refusal = MoveNotAllowed
        elif not by_staff and state not in {"new", "confirmed"}:
            refusal = CancelTooLate
        facts: dict[str, Any] = {"order": order, "actor": None, "now": self.now}

        def deed() -> None:
            if by_staff:
                move_order(**facts, to="canceled")
            else:
                cancel_order(**facts)

        if refusal is not None:
            with pytest.raises(refusal):
                deed()
            return
        deed()
        if state != "new":
            for pk, quantity in known["wanted"].items():
                self.stock[pk] += quantity
        if known["is_paid"]:
            known["back"] = known["wanted"]
        known["state"] = "canceled"

    @precondition(lambda self: self.orders)
    @rule(number=any_order)
    def pay(self, number: int) -> None:
        order, known = self.chosen(number)
        payment = Payment.objects.filter(order=order).first()
        if payment is None or known["state"] == "canceled" or known["is_paid"]:
            return
        take_payment(payment=payment, now=self.now)
        known["is_paid"] = True

    @precondition(lambda self: self.orders)
    @rule(number=any_order, quantity=few)
    def refund(self, number: int, quantity: int) -> None:
        order, known = self.chosen(number)
        offer = min(known["wanted"])
        facts: dict[str, Any] = {"order": order, "quantities": {offer: quantity}}
        facts |= {"with_delivery": False, "reason": "", "actor": None, "now": self.now}
        left = known["wanted"][offer] - known["back"][offer]
        all_back = known["back"] == known["wanted"]
        if not known["is_paid"] or all_back or quantity > left:
            with pytest.raises((NothingToRefund, RefundTooLarge)):
                refund_order(**facts)
            return
        refund_order(**facts)
        known["back"] = known["back"] + Counter({offer: quantity})

    @rule(which=goods, delta=st.integers(1, 5))
    def restock(self, which: int, delta: int) -> None:
        correct_stock(offer_id=self.offers[which], delta=delta, document="user:1")
        self.stock[self.offers[which]] += delta

    @rule(stock=st.lists(st.integers(0, 6), min_size=GOODS, max_size=GOODS))
    def reimport(self, stock: list[int]) -> None:
        self.import_list(stock)
        self.stock = dict(zip(self.offers, stock, strict=True))

    @invariant()
    def the_database_says_the_same(self) -> None:
        if not hasattr(self, "orders"):
            return
        offers = Offer.objects.filter(pk__in=self.offers)
        assert dict(offers.values_list("pk", "stock")) == self.stock
        moves = StockMovement.objects.filter(offer__in=self.offers).values("offer")
        ledger = dict(moves.annotate(sum=Sum("delta")).values_list("offer", "sum"))
        assert {pk: ledger.get(pk, 0) for pk in self.offers} == self.stock
        states = {pk: known["state"] for pk, known in self.orders.items()}
        assert dict(Order.objects.values_list("pk", "status")) == states
        for pk, known in self.orders.items():
            back = Refund.objects.filter(payment__order=pk).aggregate(s=Sum("amount"))
            price = dict(offers.values_list("pk", "price"))
            assert (back["s"] or 0) == sum(
                price[o] * q for o, q in known["back"].items()
            )


def run(examples: int) -> None:
    run_state_machine_as_test(
        Shop,
        settings=settings(
            max_examples=examples,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.django_db
def test_whatever_happens_stock_orders_and_money_are_as_a_dict_says() -> None:
    run(examples=6)


@pytest.mark.django_db
@pytest.mark.parametrize("forgotten", ["return_stock", "close_payment"])
def test_a_deed_that_is_forgotten_is_noticed(
    forgotten: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control."""
    monkeypatch.setattr(f"orders.services.moving.{forgotten}", Mock())

    with pytest.raises(AssertionError):
        run(examples=6)
