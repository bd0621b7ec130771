"""The address book: its lines, and the one that is the default."""

from collections import Counter

import pytest

from accounts.models import Address
from accounts.tests.scenes import at_once
from conftest import assert_problem, make_client

BOOK = "/api/v1/me/addresses/"
HOME = {
    "first_name": "Ann",
    "last_name": "Lee",
    "phone": "+7 900 000-00-00",
    "country": "Russia",
    "city": "Omsk",
    "postal_code": "644099",
    "address": "1 Main Street",
}
NEEDED = ["first_name", "last_name", "phone", "city", "address"]


@pytest.fixture
def owner(ann):
    return make_client(ann)


def add(client, **changes):
    answer = client.post(BOOK, HOME | changes)
    assert answer.status_code == 201, answer.json()
    return answer.json()


def lines(client):
    return client.get(BOOK).json()["results"]


def defaults(client):
    return [line["id"] for line in lines(client) if line["is_default"]]


def test_a_line_is_written_read_replaced_changed_and_removed(owner):
    made = add(owner)
    path = f"{BOOK}{made['id']}/"
    assert made == HOME | {"id": made["id"], "is_default": True}
    assert owner.get(path).json() == made

    replaced = owner.put(path, HOME | {"city": "Tomsk"})
    assert (replaced.status_code, replaced.json()) == (200, made | {"city": "Tomsk"})

    changed = owner.patch(path, {"phone": "+7 1"})
    assert changed.json() == made | {"city": "Tomsk", "phone": "+7 1"}
    assert owner.get(BOOK).json() == {
        "count": 1,
        "count_is_exact": True,
        "next": None,
        "previous": None,
        "results": [changed.json()],
    }

    removed = owner.delete(path)
    assert (removed.status_code, removed.content) == (204, b"")
    assert_problem(owner.get(path), 404, "not-found")
    assert lines(owner) == []


def test_a_line_may_do_without_country_and_postal_code(owner):
    answer = owner.post(BOOK, {name: HOME[name] for name in NEEDED})

    made = answer.json()
    assert answer.status_code == 201
    assert made == HOME | {
        "id": made["id"],
        "country": "",
        "postal_code": "",
        "is_default": True,
    }


@pytest.mark.parametrize("name", NEEDED)
@pytest.mark.parametrize("value", [None, "", " ", "x" * 300, ["x"], True])
def test_a_line_that_lacks_something_is_not_written(owner, name, value):
    answer = owner.post(BOOK, HOME | {name: value})

    body = assert_problem(answer, 400, "invalid")
    assert [error["pointer"] for error in body["errors"]] == [f"#/{name}"]
    assert not Address.objects.exists()


def test_a_put_needs_the_whole_line(owner):
    made = add(owner)

    answer = owner.put(f"{BOOK}{made['id']}/", {"city": "Tomsk"})

    body = assert_problem(answer, 400, "invalid")
    assert [error["pointer"] for error in body["errors"]] == [
        f"#/{name}" for name in NEEDED if name != "city"
    ]
    assert lines(owner) == [made]


def test_the_first_line_is_the_default_whatever_it_says(owner):
    first = add(owner, is_default=False)
    second, third = add(owner), add(owner, is_default=False)

    assert first["is_default"] is True
    assert (second["is_default"], third["is_default"]) == (False, False)


def test_a_new_default_takes_over(owner):
    first, second = add(owner), add(owner, is_default=True)
    assert defaults(owner) == [second["id"]]

    owner.patch(f"{BOOK}{first['id']}/", {"is_default": True})

    assert defaults(owner) == [first["id"]]


@pytest.mark.parametrize("form", [{"is_default": False}, {"city": "Tomsk"}])
def test_the_default_stays_until_another_is_named(owner, form):
    first, second = add(owner), add(owner)

    for method in (owner.patch, owner.put):
        whole = form if method == owner.patch else HOME | form
        answer = method(f"{BOOK}{first['id']}/", whole)
        assert answer.json()["is_default"] is True

    other = owner.patch(f"{BOOK}{second['id']}/", form)
    assert other.json()["is_default"] is False
    assert defaults(owner) == [first["id"]]


def test_removing_the_default_promotes_the_oldest_of_the_others(owner):
    first, second, third = add(owner), add(owner), add(owner)

    owner.delete(f"{BOOK}{third['id']}/")
    assert defaults(owner) == [first["id"]]

    owner.delete(f"{BOOK}{first['id']}/")
    assert lines(owner) == [second | {"is_default": True}]


def test_a_foreign_line_is_not_found_and_stays_as_it_is(owner, bob):
    made = add(owner)
    stranger = make_client(bob)
    own = add(stranger)

    for pk in (made["id"], 999_999):
        path = f"{BOOK}{pk}/"
        answers = [
            stranger.get(path),
            stranger.put(path, HOME),
            stranger.patch(path, {"city": "Tomsk"}),
            stranger.delete(path),
        ]
        for answer in answers:
            assert_problem(answer, 404, "not-found")
    assert lines(owner) == [made]
    assert lines(stranger) == [own]


@pytest.mark.parametrize("pk", ["x", "-1", "1.5", "9" * 40, "null"])
def test_an_id_that_is_none_is_not_found(owner, pk):
    made = add(owner)

    for method in (owner.get, owner.delete):
        assert_problem(method(f"{BOOK}{pk}/"), 404, "not-found")
    assert lines(owner) == [made]


def test_what_a_line_may_not_say_has_no_effect(owner, ann, bob):
    made = add(owner, id=77, user=bob.pk, user_id=bob.pk)

    answer = owner.patch(f"{BOOK}{made['id']}/", {"user": bob.pk, "id": 77})

    assert answer.json() == made
    assert made["id"] != 77
    assert Address.objects.get().user == ann


def test_a_full_book_takes_no_more_until_a_line_goes(owner, bob, settings):
    settings.ADDRESS_BOOK_LIMIT = 2
    before = [add(owner), add(owner)]

    body = assert_problem(owner.post(BOOK, HOME), 409, "address-book-full")

    assert body["limit"] == 2
    assert body["detail"] == "An address book holds at most 2 lines."
    assert lines(owner) == before
    owner.patch(f"{BOOK}{before[1]['id']}/", {"city": "Tomsk"})  # changing is fine
    add(make_client(bob))  # and so are others' books
    owner.delete(f"{BOOK}{before[1]['id']}/")
    add(owner)


def test_strangers_and_guests_have_no_address_book(client, guest, owner):
    made = add(owner)

    for path in (BOOK, f"{BOOK}{made['id']}/"):
        assert_problem(client.get(path), 401, "not-authenticated")
        assert_problem(make_client(guest).get(path), 403, "forbidden")
        assert_problem(client.delete(path), 401, "not-authenticated")
    assert_problem(client.post(BOOK, HOME), 401, "not-authenticated")
    assert lines(owner) == [made]


def test_the_book_costs_a_flat_number_of_queries(owner, django_assert_max_num_queries):
    for _ in range(12):
        add(owner)

    with django_assert_max_num_queries(3):
        assert owner.get(BOOK).json()["count"] == 12


def copy_of(client):
    """The same credentials, for a thread of its own."""
    copy = type(client)()
    copy.credentials(**client._credentials)
    return copy


@pytest.mark.django_db(transaction=True)
def test_first_lines_written_at_once_leave_one_default(owner):
    answers = at_once(8, lambda _: copy_of(owner).post(BOOK, HOME))

    assert Counter(a.status_code for a in answers) == {201: 8}
    assert len(lines(owner)) == 8
    assert len(defaults(owner)) == 1


@pytest.mark.django_db(transaction=True)
def test_defaults_named_at_once_leave_one_default(owner):
    paths = [f"{BOOK}{add(owner)['id']}/" for _ in range(8)]

    answers = at_once(8, lambda n: copy_of(owner).patch(paths[n], {"is_default": True}))

    assert Counter(a.status_code for a in answers) == {200: 8}
    assert len(defaults(owner)) == 1


@pytest.mark.django_db(transaction=True)
def test_a_default_that_goes_while_another_is_named_leaves_one(owner):
    first, *others = [f"{BOOK}{add(owner)['id']}/" for _ in range(4)]
    jobs = [lambda: copy_of(owner).delete(first)] + [
        lambda path=path: copy_of(owner).patch(path, {"is_default": True})
        for path in others
    ]

    answers = at_once(4, lambda n: jobs[n]())

    assert Counter(a.status_code for a in answers) == {204: 1, 200: 3}
    assert len(lines(owner)) == 3
    assert len(defaults(owner)) == 1


@pytest.mark.django_db(transaction=True)
def test_the_book_is_never_more_than_full(owner, settings):
    settings.ADDRESS_BOOK_LIMIT = 3

    answers = at_once(8, lambda _: copy_of(owner).post(BOOK, HOME))

    assert Counter(a.status_code for a in answers) == {201: 3, 409: 5}
    assert Address.objects.count() == 3
