"""A prepared queryset answers as the queryset does, with its SQL built once."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Customer
from catalog.models import Offer, Product, Shop, StockMovement
from catalog.prepared import Prepared
from catalog.rows import insert, update
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


def kept() -> dict[str, int]:
    """The statements that the server keeps for us, and how often they ran."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT statement, generic_plans + custom_plans FROM pg_prepared_statements"
            " WHERE name LIKE 'storekeeper%'"
        )
        return dict(cursor.fetchall())


@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL's PREPARE")
def test_postgresql_is_told_a_statement_once_for_each_connection() -> None:
    prepared, offer, before = Prepared(offers), make_offer(), kept()

    for _ in range(3):
        assert prepared(offer.pk) == [offer]

    told = {sql: runs for sql, runs in kept().items() if before.get(sql) != runs}
    assert list(told.values()) == [3]
    assert "$1" in next(iter(told))


@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL's PREPARE")
def test_a_statement_told_in_a_transaction_that_failed_is_still_known() -> None:
    prepared, offer = Prepared(offers), make_offer()
    with transaction.atomic():
        assert prepared(offer.pk) == [offer]
        transaction.set_rollback(True)

    assert prepared(offer.pk) == [offer]


def test_behind_a_pooler_nothing_is_kept(settings: Any) -> None:
    settings.DB_POOLED = True
    prepared, offer = Prepared(offers), make_offer()

    with connection.execute_wrapper(refuse_execute):
        assert prepared(offer.pk) == [offer]


def refuse_execute(execute: Any, sql: Any, *more: Any) -> Any:
    assert "EXECUTE" not in sql
    return execute(sql, *more)


def test_inserted_rows_are_as_the_orm_writes_them() -> None:
    made = Shop.objects.create(name="One", slug="one")
    given = insert(Shop(name="Two", slug="two"))

    assert not given._state.adding
    own = {"id", "name", "slug", "created_at", "updated_at"}
    by_orm, by_us = (
        {name: value for name, value in row.items() if name not in own}
        for row in Shop.objects.filter(pk__in=[made.pk, given.pk]).values()
    )
    assert by_us == by_orm
    assert Shop.objects.get(pk=given.pk).name == "Two"


@pytest.mark.parametrize("amount", [1, 3, 20, 21])
def test_several_rows_get_their_keys_and_defaults(amount: int) -> None:
    offer = make_offer()
    rows = [
        StockMovement(offer=offer, delta=n, balance=n, reason="manual", document="x")
        for n in range(1, amount + 1)
    ]
    with CaptureQueriesContext(connection) as asked:
        insert(*rows)

    assert len([q for q in asked if q["sql"].startswith("INSERT")]) == 1
    kept_rows = StockMovement.objects.filter(document="x").order_by("pk")
    assert [(row.pk, row.delta) for row in kept_rows] == [
        (row.pk, row.delta) for row in rows
    ]
    assert [row.is_told for row in kept_rows] == [row.is_told for row in rows]


def test_an_insert_that_is_refused_breaks_the_transaction_as_ever() -> None:
    guest = insert(Customer())
    with transaction.atomic():
        with pytest.raises(IntegrityError), transaction.atomic():
            insert(Customer(token=guest.token))
        assert Customer.objects.count() == 1


def test_an_update_writes_the_fields_it_names_and_no_other() -> None:
    guest = insert(Customer())
    guest.first_name, guest.last_name = "Ann", "Lee"
    update(guest, "first_name")

    kept_guest = Customer.objects.get(pk=guest.pk)
    assert (kept_guest.first_name, kept_guest.last_name) == ("Ann", "")


def test_a_row_that_is_gone_is_not_updated_in_silence() -> None:
    guest = insert(Customer())
    Customer.objects.all().delete()
    with pytest.raises(Customer.DoesNotExist), transaction.atomic():
        update(guest, "first_name")
