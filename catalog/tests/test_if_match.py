"""Nobody writes over what another one wrote meanwhile."""

import threading
from collections import Counter
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from catalog.models import Brand, Category
from conftest import assert_problem, make_client
from orders.tests.test_oversell import in_parallel

V1 = "/api/v1/"
TEA = f"{V1}categories/tea/"


@pytest.fixture
def tea(db: None) -> Category:
    return Category.objects.create(name="Tea", slug="tea")


@pytest.fixture
def desk(sam: User) -> APIClient:
    return make_client(sam)


@pytest.mark.django_db
def test_an_edit_of_what_was_seen_is_taken(desk: APIClient, tea: Category) -> None:
    seen = desk.get(TEA)["ETag"]

    edited = desk.patch(TEA, {"name": "Teas"}, HTTP_IF_MATCH=seen)

    assert edited.status_code == 200
    assert edited["ETag"] != seen
    # The answer's own tag is good for the next edit.
    again = desk.patch(TEA, {"name": "Tea"}, HTTP_IF_MATCH=edited["ETag"])
    assert again.status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["patch", "delete"])
def test_an_edit_of_what_is_not_so_any_more_is_refused(
    desk: APIClient, tea: Category, method: str
) -> None:
    seen = desk.get(TEA)["ETag"]
    desk.patch(TEA, {"name": "Teas"})

    refused = getattr(desk, method)(TEA, {"name": "Mine"}, HTTP_IF_MATCH=seen)

    body = assert_problem(refused, 412, "edited-meanwhile")
    assert refused["ETag"] == f'"{body["version"]}"'
    assert desk.get(TEA).json()["name"] == "Teas"
    # What the refusal named is what stands now.
    taken = desk.patch(TEA, {"name": "Mine"}, HTTP_IF_MATCH=refused["ETag"])
    assert taken.status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("*", 200),
        ('"other", {}', 200),
        ("W/{}", 412),
        ('"other"', 412),
        ("nonsense", 412),
        ("", 412),
    ],
)
def test_the_header_is_read_as_http_has_it(
    desk: APIClient, tea: Category, header: str, status: int
) -> None:
    tag = desk.get(TEA)["ETag"]

    answer = desk.patch(TEA, {"name": "Teas"}, HTTP_IF_MATCH=header.format(tag))

    assert answer.status_code == status


@pytest.mark.django_db
def test_the_tag_is_strong_and_saves_the_next_read(
    client: APIClient, tea: Category
) -> None:
    first = client.get(TEA)

    assert not first["ETag"].startswith("W/")
    assert first["Cache-Control"] == "public, no-cache"
    again = client.get(TEA, HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.django_db(transaction=True)
def test_of_two_parallel_edits_of_the_same_version_one_wins(sam: User) -> None:
    Category.objects.create(name="Tea", slug="tea")
    desks = [make_client(sam) for _ in range(8)]
    seen = desks[0].get(TEA)["ETag"]

    answers = in_parallel(
        [
            lambda desk=desk, i=i: desk.patch(
                TEA, {"name": f"Tea {i}"}, HTTP_IF_MATCH=seen
            )
            for i, desk in enumerate(desks)
        ]
    )

    assert Counter(a.status_code for a in answers) == {200: 1, 412: 7}
    (winner,) = [a.json() for a in answers if a.status_code == 200]
    assert Category.objects.get().name == winner["name"]


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_both_would_win() -> None:
    """The negative control: check and write with nothing between that excludes."""
    Brand.objects.create(name="Leaf", slug="leaf")
    meeting = threading.Barrier(2)

    def naive(name: str) -> bool:
        is_as_seen = Brand.objects.get().name == "Leaf"
        meeting.wait()  # between check and write, where the lock would be
        return bool(is_as_seen and Brand.objects.update(name=name))

    assert in_parallel([lambda: naive("A"), lambda: naive("B")]) == [True, True]


@pytest.mark.django_db(transaction=True)
def test_two_moves_at_once_close_no_circle(sam: User) -> None:
    for name in "ab":
        Category.objects.create(name=name, slug=f"cat-{name}")
    jobs: list[Any] = []
    for mine, other in (("cat-a", "cat-b"), ("cat-b", "cat-a")):
        desk = make_client(sam)
        jobs.append(
            lambda desk=desk, mine=mine, other=other: desk.patch(
                f"{V1}categories/{mine}/", {"parent": other}
            )
        )

    answers = in_parallel(jobs)

    assert Counter(a.status_code for a in answers) == {200: 1, 400: 1}
    assert Category.objects.filter(parent=None).count() == 1
