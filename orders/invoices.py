"""An order as an invoice: one A4 page or more, Latin and Cyrillic."""

from decimal import Decimal
from pathlib import Path

import fontpkg_pt_sans
from django.conf import settings
from fpdf import FPDF, FontFace
from fpdf.enums import TableBordersLayout

from orders.models import Order

FONTS = Path(fontpkg_pt_sans.__file__).parent / "files"
GREY = (110, 110, 110)
HEADS = {
    "en": ("No.", "Article", "Goods", "Price", "Qty", "Amount"),
    "ru": ("№", "Артикул", "Товар", "Цена", "Кол-во", "Сумма"),
}
WORDS = {
    "en": {
        "invoice": "Invoice {number}",
        "date": "of {date}",
        "seller": "Seller",
        "tax": "Tax ID",
        "account": "Account",
        "buyer": "Buyer",
        "goods": "Goods",
        "discount": "Discount",
        "delivery": "Delivery",
        "total": "Total, {currency}",
        "canceled": "This order was canceled.",
        "page": "Page {page} of {{nb}}",
    },
    "ru": {
        "invoice": "Счёт № {number}",
        "date": "от {date}",
        "seller": "Продавец",
        "tax": "ИНН",
        "account": "Счёт",
        "buyer": "Покупатель",
        "goods": "Товары",
        "discount": "Скидка",
        "delivery": "Доставка",
        "total": "Итого, {currency}",
        "canceled": "Этот заказ отменён.",
        "page": "Страница {page} из {{nb}}",
    },
}


def invoice_pdf(order: Order, language: str) -> bytes:
    """The invoice of a placed order with its lines loaded; the same bytes each time."""
    page = _Page(language)
    page.set_creation_date(order.placed_at)
    page.set_title(page.word("invoice", number=order.pk))
    page.set_lang(language)
    page.add_page()
    _parties(page, order)
    _goods(page, order)
    _sums(page, order)
    return bytes(page.output())


class _Page(FPDF):
    """A4 with our fonts, and the page's number at its foot."""

    def __init__(self, language: str) -> None:
        super().__init__(format="A4")
        self.head, self._words = HEADS[language], WORDS[language]
        self.set_margin(18)
        self.set_auto_page_break(auto=True, margin=22)
        self.add_font("PT", "", FONTS / "PT_Sans-Web-Regular.ttf")
        self.add_font("PT", "B", FONTS / "PT_Sans-Web-Bold.ttf")
        self.set_font("PT", size=10)

    def word(self, name: str, **values: object) -> str:
        return self._words[name].format(**values)

    def footer(self) -> None:
        self.set_y(-14)
        self.set_font("PT", size=8)
        self.set_text_color(*GREY)
        self.cell(0, 6, self.word("page", page=self.page_no()), align="R")
        self.set_text_color(0)

    def line_of(self, text: str, *, bold: bool = False, size: float = 10) -> None:
        """A text of its own, over as many lines as it needs."""
        self.set_font("PT", "B" if bold else "", size)
        self.multi_cell(0, size * 0.52, text, new_x="LMARGIN", new_y="NEXT")


def _parties(page: _Page, order: Order) -> None:
    placed = order.placed_at
    date = page.word("date", date=f"{placed:%d.%m.%Y}") if placed else ""
    page.line_of(f"{page.word('invoice', number=order.pk)} {date}", bold=True, size=18)
    if order.status == Order.Status.CANCELED:
        page.line_of(page.word("canceled"), bold=True)
    page.ln(4)
    seller = [settings.STORE_LEGAL_NAME, settings.STORE_ADDRESS]
    for name, value in (
        ("tax", settings.STORE_TAX_ID),
        ("account", settings.STORE_BANK_ACCOUNT),
    ):
        seller.append(f"{page.word(name)}: {value}" if value else "")
    place = [order.postal_code, order.country, order.city, order.address]
    buyer = [
        f"{order.first_name} {order.last_name}".strip() or order.email,
        ", ".join(part for part in place if part),
        order.phone,
    ]
    for title, lines in (("seller", seller), ("buyer", buyer)):
        page.set_text_color(*GREY)
        page.line_of(page.word(title), size=9)
        page.set_text_color(0)
        for line in lines:
            if line:
                page.line_of(line)
        page.ln(3)


def _goods(page: _Page, order: Order) -> None:
    page.set_font("PT", size=9)
    page.set_draw_color(200)
    with page.table(
        col_widths=(9, 26, 73, 24, 16, 26),
        text_align=("RIGHT", "LEFT", "LEFT", "RIGHT", "RIGHT", "RIGHT"),
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        headings_style=FontFace(emphasis="BOLD", fill_color=(242, 242, 242)),
        line_height=5,
        padding=1,
    ) as table:
        table.row(page.head)
        for number, line in enumerate(order.lines.all(), 1):
            table.row(
                (
                    str(number),
                    line.article,
                    line.product_name,
                    _money(line.unit_price),
                    str(line.quantity),
                    _money(line.amount),
                )
            )


def _sums(page: _Page, order: Order) -> None:
    page.ln(3)
    method = order.delivery_method
    way = f" ({method.name})" if method else ""
    sums = [(page.word("goods"), order.goods_total, False)]
    if order.discount:
        sums.append((page.word("discount"), -order.discount, False))
    sums.append((page.word("delivery") + way, order.delivery_price, False))
    total = page.word("total", currency=settings.STORE_CURRENCY)
    sums.append((total, order.total, True))
    for name, amount, is_total in sums:
        page.set_font("PT", "B" if is_total else "", 12 if is_total else 10)
        page.cell(140, 7, name, align="R")
        page.cell(0, 7, _money(amount), align="R", new_x="LMARGIN", new_y="NEXT")


def _money(amount: Decimal) -> str:
    """1 234.50, with spaces that do not break."""
    return f"{amount:,.2f}".replace(",", "\u00a0").replace("-", "−")
