"""What a search looks at, kept by whoever changes a name."""

from collections import defaultdict

from django.db.models import QuerySet

from catalog.models import Offer, Product
from catalog.search import search_text
from catalog.services.batches import chunks


def search_text_of(product: Product) -> str:
    """The text for one product: name, brand, and the models of its offers."""
    models = product.offers.values_list("model", flat=True) if product.pk else []
    brand = product.brand.name if product.brand else ""
    return search_text(product.name, brand, " ".join(sorted(set(models))))


def refresh_search_texts(products: QuerySet[Product]) -> None:
    """Write the text of many products anew, in a few statements for a thousand."""
    rows = products.select_related("brand").only("name", "brand__name")
    for chunk in chunks(rows.order_by("pk").iterator(chunk_size=1000)):
        models: dict[int, set[str]] = defaultdict(set)
        offers = Offer.objects.filter(product__in=[product.pk for product in chunk])
        for product_id, model in offers.values_list("product_id", "model"):
            models[product_id].add(model)
        for product in chunk:
            brand = product.brand.name if product.brand else ""
            words = " ".join(sorted(models[product.pk]))
            product.search_text = search_text(product.name, brand, words)
        Product.objects.bulk_update(chunk, ["search_text"], batch_size=200)
