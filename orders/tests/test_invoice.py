"""v1: the invoice of an order, read back from its PDF."""

import io
import logging
from typing import Any

import pytest
from pypdf import PdfReader
from rest_framework.test import APIClient

from accounts.models import Customer, User
from catalog.tests.factories import make_offer, make_product
from conftest import assert_problem, make_client
from orders.models import Order
from orders.tests.scenes import ANN, buy, fill_cart

pytestmark = pytest.mark.django_db


@pytest.fixture
def shopper(guest: Customer) -> APIClient:
    return make_client(guest)


def text_of(answer: Any) -> str:
    assert answer["Content-Type"] == "application/pdf", answer.content
    pages = PdfReader(io.BytesIO(answer.content)).pages
    return "\n".join(page.extract_text() for page in pages).replace("\u00a0", " ")


def test_an_invoice_names_seller_buyer_goods_and_sums(
    shopper: APIClient, settings: Any
) -> None:
    settings.STORE_LEGAL_NAME = "ООО «Лавка»"
    settings.STORE_TAX_ID = "5501234567"
    tea = make_offer(price="1234.50", product=make_product(name="Чай «Ёлка», 100 г"))
    order = buy(shopper, fill_cart(shopper, {tea: 2})).json()

    answer = shopper.get(f"/api/v1/orders/{order['code']}/invoice/?language=ru")

    text = text_of(answer)
    for part in (
        f"Счёт № {order['id']}",
        "ООО «Лавка»",
        "ИНН: 5501234567",
        "Ann Lee",
        "Omsk, 1 Main Street",
        "Чай «Ёлка», 100 г",
        "1 234.50",
        "2 469.00",
        "Доставка (Courier)",
        "2 819.00",
        "Страница 1 из 1",
    ):
        assert part in text, (part, text)
    name = f'attachment; filename="invoice-{order["id"]}.pdf"'
    assert answer["Content-Disposition"] == name


def test_it_is_in_english_too_and_the_same_each_time(
    shopper: APIClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    order = buy(shopper, fill_cart(shopper, {make_offer(): 1})).json()
    address = f"/api/v1/orders/{order['code']}/invoice/"

    first, again = (
        shopper.get(address, HTTP_ACCEPT="application/pdf") for _ in range(2)
    )

    assert f"Invoice {order['id']}" in text_of(first)
    assert first.content == again.content
    assert [r for r in caplog.records if r.name.startswith(("fpdf", "fontTools"))] == []


def test_a_long_order_goes_over_pages(shopper: APIClient) -> None:
    offers = {make_offer(): 1 for _ in range(60)}
    order = buy(shopper, fill_cart(shopper, offers)).json()

    answer = shopper.get(f"/api/v1/orders/{order['code']}/invoice/")

    text = text_of(answer)
    assert "Page 2 of 2" in text
    assert all(offer.product.name in text for offer in offers)


def test_a_name_with_signs_that_the_font_lacks_is_no_error(shopper: APIClient) -> None:
    tea = make_offer(product=make_product(name="茶 🍵 <b>tea</b>"))
    order = buy(shopper, fill_cart(shopper, {tea: 1})).json()

    answer = shopper.get(f"/api/v1/orders/{order['code']}/invoice/")

    assert "<b>tea</b>" in text_of(answer)


def test_a_draft_has_no_invoice_and_a_foreign_order_none_either(
    shopper: APIClient, bob: User
) -> None:
    tea = make_offer()
    line = {"lines": [{"offer": tea.pk, "quantity": 1}], "draft": True}
    draft = shopper.post("/api/v1/orders/", ANN | line).json()["code"]
    placed = buy(shopper, fill_cart(shopper, {tea: 1})).json()["code"]

    for client, code in ((shopper, draft), (make_client(bob), placed)):
        answer = client.get(f"/api/v1/orders/{code}/invoice/")
        assert_problem(answer, 404, "not-found")
    assert_problem(
        shopper.get(f"/api/v1/orders/{placed}/invoice/?language=fr"), 400, "invalid"
    )
    assert Order.objects.count() == 2
