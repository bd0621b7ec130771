"""R9: buyers who order and cancel at random, and count what they were told."""

import random
from collections import Counter

import pytest
from django.db.models import Sum

from accounts.services import open_guest
from catalog.models import StockMovement
from catalog.tests.factories import make_offer
from conftest import make_client
from orders.models import Order, OrderLine
from orders.tests.scenes import ANN, buy, fill_cart
from orders.tests.test_oversell import in_parallel

pytestmark = pytest.mark.django_db(transaction=True)
START = 12


def test_what_sixteen_buyers_were_told_is_what_the_ledger_says() -> None:
    offers = [make_offer(stock=START) for _ in range(4)]
    told: list[Counter[int]] = []

    def live(seed: int) -> set[int]:
        """One buyer's day: by cart and without, sometimes cancelling."""
        dice, guest = random.Random(seed), open_guest()
        client, codes = make_client(guest), set()
        for turn in range(4):
            wanted = {o: dice.randint(1, 3) for o in dice.sample(offers, 2)}
            person = {"email": f"{guest.token}@example.com"}
            if turn % 2:
                answer = buy(client, fill_cart(client, wanted), **person)
            else:
                lines = [{"offer": o.pk, "quantity": q} for o, q in wanted.items()]
                body = ANN | person | {"lines": lines}
                answer = client.post("/api/v1/orders/", body)
            codes.add(answer.status_code)
            if answer.status_code != 201:
                client.delete("/api/v1/cart/")
                continue
            address = f"/api/v1/orders/{answer.json()['code']}/cancel/"
            if dice.random() < 0.3:
                assert client.post(address, {}).status_code == 200
            else:
                told.append(Counter({o.pk: q for o, q in wanted.items()}))
        return codes

    answers = in_parallel([lambda seed=seed: live(seed) for seed in range(16)])

    assert set().union(*answers) <= {201, 409}
    sold = sum(told, Counter())
    standing = OrderLine.objects.exclude(order__status="canceled")
    for offer in offers:
        offer.refresh_from_db()
        moved = StockMovement.objects.filter(offer=offer).aggregate(s=Sum("delta"))
        lines = standing.filter(offer=offer).aggregate(s=Sum("quantity"))
        assert offer.stock == moved["s"] == START - sold[offer.pk]
        assert (lines["s"] or 0) == sold[offer.pk]
    assert Order.objects.exclude(status="canceled").count() == len(told)
    assert sold.total() > START  # there was something to lose
