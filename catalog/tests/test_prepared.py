"""A prepared queryset answers as the queryset does, with its SQL built once."""

from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from catalog.models import Offer, Product
from catalog.prepared import Prepared
from catalog.tests.factories import make_offer, make_offers, make_product

pytestmark = pytest.mark.django_db


def offers(*keys: int) -> Any:
    return (
        Offer.objects.filter(pk__in=keys)
        .select_related("product", "shop")
        .order_by("pk")
    )


def test_it_gives_the_rows_of_its_queryset_for_any_keys() -> None:
    first, second, third = make_offers(3)
    prepared = Prepared(offers)

    for keys in ([first.pk], [second.pk], [third.pk, first.pk], [second.pk, 0], [0]):
        with CaptureQueriesContext(connection) as asked:
            given = prepared(*keys)
        assert len(asked) == 1
        assert given == list(offers(*keys))
        assert [(one.product.name, one.shop.name) for one in given] == [
            (one.product.name, one.shop.name) for one in offers(*keys)
        ]
        assert [one.price for one in given] == [one.price for one in offers(*keys)]


def test_it_builds_a_statement_once_for_each_kind_and_number_of_keys() -> None:
    built = []
    prepared = Prepared(lambda *keys: built.append(keys) or offers(*keys))
    make_offer()

    for keys in ([1], [2], [3, 4], [5, 6]):
        prepared(*keys)

    assert [len(keys) for keys in built] == [1, 2]


def test_it_takes_texts_as_values_only() -> None:
    make_product(name="Tea")
    prepared = Prepared(lambda slug: Product.objects.filter(slug=slug))

    assert [one.name for one in prepared("tea")] == ["Tea"]
    assert prepared("' OR 1=1 --") == []


def test_many_keys_and_none_are_asked_as_ever() -> None:
    made = make_offers(21)

    assert prepared_ids(Prepared(offers), made) == [one.pk for one in made]
    assert prepared_ids(Prepared(offers), []) == []


def prepared_ids(prepared: Prepared[Offer], made: list[Offer]) -> list[int]:
    return [one.pk for one in prepared(*[one.pk for one in made])]


def test_it_locks_where_its_queryset_locks() -> None:
    offer = make_offer()
    prepared = Prepared(lambda *keys: offers(*keys).select_for_update(of=("self",)))

    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        prepared(offer.pk)

    has_locks = connection.features.has_select_for_update
    assert ("FOR UPDATE" in asked[0]["sql"]) == has_locks


def test_a_key_that_is_no_value_is_an_error_at_once() -> None:
    with pytest.raises(TypeError, match="no values"):
        Prepared(lambda key: Offer.objects.order_by("pk")[:1])(7)
