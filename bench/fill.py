"""Fills an empty database with a catalogue, guests and accounts; tells what is there.

python -m bench.fill FACTS_FILE PRODUCTS GUESTS, with the product's environment.
"""

import json
import sys
import time
from collections.abc import Iterable, Iterator
from io import StringIO
from itertools import islice
from typing import Any

import django

django.setup()

from django.contrib.auth.hashers import make_password  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.management.color import no_style  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402
from django.utils.text import slugify  # noqa: E402

from accounts.models import User  # noqa: E402
from bench import goods, guests  # noqa: E402
from catalog.models import Brand, Category, Offer, Product, Shop  # noqa: E402
from catalog.search import search_text  # noqa: E402
from catalog.services import refresh_summaries  # noqa: E402

# Far from every other number, so that replayed statements can be told apart.
FIRST_OFFER = 300_000_001
USERS = 64
PASSWORD = "measured-Passw0rd"  # noqa: S105
LEDGER = """
INSERT INTO catalog_stockmovement
  (offer_id, delta, balance, reason, document, created_at)
SELECT id, stock, stock, 'import', 'bench', now() FROM catalog_offer WHERE stock > 0
"""


def main(facts_file: str, products: int, guest_count: int) -> None:
    call_command("migrate", verbosity=0, interactive=False)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    say(f"filling {products:,} products")
    leaves = fill_frame()
    copy(Product, map(product, range(1, products + 1)))
    copy(Product.categories.through, links(products, leaves))
    offers = copy(Offer, each_offer(products))
    say(f"{offers:,} offers; summaries, ledger")
    with transaction.atomic():
        refresh_summaries(range(1, products + 1))
    with connection.cursor() as cursor:
        cursor.execute(LEDGER)
        guests.fill(cursor, guest_count, FIRST_OFFER, offers)
    password = make_password(PASSWORD)
    User.objects.bulk_create(
        User(username=f"buyer{n}", email=f"buyer{n}@bench.example", password=password)
        for n in range(USERS)
    )
    reset_sequences()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    facts = {
        "products": products,
        "offers": offers,
        "first_offer": FIRST_OFFER,
        "guests": guest_count,
        "users": USERS,
        "password": PASSWORD,
        "password_hash": password,
    }
    with open(facts_file, "w") as stream:
        json.dump(facts, stream)


def fill_frame() -> dict[str, int]:
    """Shops, brands and the category tree; returns the leaves' ids by name."""
    Shop.objects.create(id=1, name="Storekeeper", slug="storekeeper", is_house=True)
    Shop.objects.create(id=2, name="Measured", slug="measured")
    brands = enumerate(goods.BRANDS, 1)
    Brand.objects.bulk_create(Brand(id=n, name=b, slug=slugify(b)) for n, b in brands)
    ids: dict[str, int] = {}
    for number, (name, parent) in enumerate(goods.category_names(), 1):
        ids[name] = number
        Category.objects.create(
            id=number, name=name, slug=slugify(name), parent_id=ids.get(parent or "")
        )
    return ids


def product(number: int) -> dict[str, Any]:
    name, brand = goods.name(number), goods.brand(number)
    return {
        "id": number,
        "name": name,
        "slug": slugify(name),
        "description": "Made for every day, and lasts longer than you think. " * 4,
        "brand_id": number % len(goods.BRANDS) + 1,
        "attributes": goods.attributes(number),
        "search_text": search_text(name, brand, f"{brand.lower()}/{number}"),
    }


def links(products: int, leaves: dict[str, int]) -> Iterator[dict[str, Any]]:
    for number in range(1, products + 1):
        leaf = leaves[goods.leaf_name(number)]
        yield {"id": number, "product_id": number, "category_id": leaf}


def each_offer(products: int) -> Iterator[dict[str, Any]]:
    """The house sells everything, the other shop every second product."""
    pk = FIRST_OFFER
    for number in range(1, products + 1):
        for shop in (1, 2)[: 1 + (number % 2 == 0)]:
            price = goods.cents(number) + 100 * (shop - 1)
            stocked = number % goods.OUT_OF_STOCK_EVERY
            yield {
                "id": pk,
                "product_id": number,
                "shop_id": shop,
                "article": str(number),
                "model": f"{goods.brand(number).lower()}/{number}",
                "regular_price": f"{price / 100:.2f}",
                "recommended_price": f"{price / 100 + 50:.2f}",
                "stock": goods.STOCK if stocked else 0,
            }
            pk += 1


def copy(model: type[models.Model], rows: Iterable[dict[str, Any]]) -> int:
    """COPY the rows into a model's table, other columns with their defaults."""
    fields = [f for f in model._meta.concrete_fields if not f.generated]
    defaults = {f.attname: _default(f) for f in fields}
    names = ", ".join(f'"{f.column}"' for f in fields)
    statement = f'COPY "{model._meta.db_table}" ({names}) FROM STDIN'
    iterator, total = iter(rows), 0
    connection.ensure_connection()
    with connection.connection.cursor() as cursor:
        while chunk := list(islice(iterator, 20_000)):
            lines = ("\t".join(map(_text, (defaults | r).values())) for r in chunk)
            cursor.copy_expert(statement, StringIO("\n".join(lines)))
            total += len(chunk)
    return total


def _default(field: models.Field) -> Any:
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        return timezone.now()
    if field.has_default():
        return field.get_default()
    return None if field.null else ""


def _text(value: Any) -> str:
    if value is None:
        return r"\N"
    if isinstance(value, dict | list):
        value = json.dumps(value)
    text = str(value)
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")


def reset_sequences() -> None:
    filled = [Shop, Brand, Category, Product, Product.categories.through, Offer]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), filled):
            cursor.execute(statement)


def say(text: str) -> None:
    print(f"  {time.strftime('%H:%M:%S')} {text}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
