"""Finding products by words, the same way on both databases."""

from catalog.querysets import ProductQuerySet

LONGEST = 100


def matching(products: ProductQuerySet, text: str) -> ProductQuerySet:
    """Products whose name, brand or model contains every word of `text`.

    Without regard to case, in any alphabet. Looks at the first 100 characters.
    """
    for word in text[:LONGEST].casefold().split():
        products = products.filter(search_text__contains=word)
    return products


def search_text(name: str, brand: str, model: str) -> str:
    """What `matching` looks at; written whenever one of the three changes."""
    return " ".join(filter(None, (name, brand, model))).casefold()
