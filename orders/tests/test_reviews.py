"""Reviews: who may write them, who sees them, and what a product shows of them."""

import re
import time
from collections import Counter
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.response import Response
from rest_framework.test import APIClient

from accounts.models import Customer, User
from accounts.services import customer_of
from accounts.tests.scenes import at_once
from catalog.models import Product
from catalog.tests.factories import make_offer, make_product
from conftest import PASSWORD, assert_problem, make_client, person
from orders.models import Order, Review
from orders.services import (
    Delivery,
    claim_guest,
    moderate_reviews,
    move_order,
    place_order,
)

pytestmark = pytest.mark.django_db
MINE = "/api/v1/me/reviews/"


@pytest.fixture
def tea(db: None) -> Product:
    return make_offer(product=make_product(name="Green tea"), stock=100).product


def order(customer: Customer, product: Product, *moves: str) -> Order:
    """An order of the product, moved along."""
    placed = place_order(
        customer=customer,
        quantities={product.offers.get().pk: 1},
        delivery=Delivery(email="ann@example.com"),
        actor=None,
        now=timezone.now(),
    )
    for to in moves:
        move_order(order=placed, to=to, actor=None, now=timezone.now())
    return placed


def receive(who: User, product: Product) -> None:
    order(customer_of(who), product, "assembled", "sent", "delivered")


def page(product: Product) -> str:
    return f"/api/v1/products/{product.slug}/reviews/"


def say(who: User, product: Product, rating: Any = 5, text: str = "Good.") -> Response:
    body = {"rating": rating, "text": text}
    return make_client(who).post(page(product), body)


def moderate(status: str, moderator: User, *reviews: int) -> int:
    return moderate_reviews(
        reviews=reviews or Review.objects.values_list("pk", flat=True),
        status=Review.Status(status),
        moderator=moderator,
        seen_at=timezone.now(),
        now=timezone.now(),
    )


def shown(product: Product) -> tuple[Any, ...]:
    body = APIClient().get(f"/api/v1/products/{product.slug}/").json()
    counts = list(body["rating_counts"].values())
    return body["rating"], body["review_count"], counts


def test_who_received_the_product_reviews_it_and_staff_let_it_be_seen(
    client: APIClient, ann: User, sam: User, tea: Product
) -> None:
    User.objects.filter(pk=ann.pk).update(first_name="Ann", last_name="Lee")
    receive(ann, tea)

    answer = say(ann, tea, 4, "Smells of hay.")

    review = Review.objects.get()
    assert answer.status_code == 201, answer.content
    assert answer["Location"].endswith(f"{MINE}{review.pk}/")
    assert answer.json() == make_client(ann).get(answer["Location"]).json()
    assert answer.json()["status"] == "pending"
    assert client.get(page(tea)).json()["results"] == []
    assert shown(tea) == (None, 0, [0, 0, 0, 0, 0])

    assert moderate("approved", sam) == 1

    (seen,) = client.get(page(tea)).json()["results"]
    edited_at = seen.pop("edited_at")
    assert edited_at == answer.json()["edited_at"]
    assert seen == {
        "id": review.pk,
        "rating": 4,
        "text": "Smells of hay.",
        "author": "Ann L.",
    }
    assert shown(tea) == (4.0, 1, [0, 0, 0, 1, 0])
    (listed,) = client.get("/api/v1/products/").json()["results"]
    assert (listed["rating"], listed["review_count"]) == (4.0, 1)
    review.refresh_from_db()
    assert (review.moderated_by, review.status) == (sam, "approved")
    assert review.moderated_at is not None


@pytest.mark.parametrize(
    "moves", [None, (), ("assembled", "sent"), ("assembled", "canceled")]
)
def test_who_has_not_received_it_may_not_review_it(
    ann: User, bob: User, tea: Product, moves: tuple[str, ...] | None
) -> None:
    receive(bob, tea)  # somebody else's order does not count
    receive(ann, make_offer().product)  # nor does another product
    if moves is not None:
        order(customer_of(ann), tea, *moves)

    assert_problem(say(ann, tea), 403, "product-not-received")

    assert not Review.objects.exists()


def test_what_was_bought_as_a_guest_counts_once_it_is_the_accounts(
    ann: User, guest: Customer, tea: Product
) -> None:
    order(guest, tea, "assembled", "sent", "delivered")
    assert_problem(say(ann, tea), 403, "product-not-received")

    claim_guest(user=ann, token=guest.token, policy="sum")

    assert say(ann, tea).status_code == 201


def test_a_second_review_is_told_where_the_first_is(ann: User, tea: Product) -> None:
    receive(ann, tea)
    first = say(ann, tea).json()["id"]

    body = assert_problem(say(ann, tea, 1), 409, "already-reviewed")

    assert body["review"] == first
    assert body["review_url"].endswith(f"{MINE}{first}/")
    assert Review.objects.get().rating == 5


@pytest.mark.parametrize("rating", [0, 6, -1, "five", "١", 4.5, None, True, 10**30])
def test_stars_are_whole_numbers_from_1_to_5(
    ann: User, tea: Product, rating: Any
) -> None:
    receive(ann, tea)

    body = assert_problem(say(ann, tea, rating), 400, "invalid")

    assert body["errors"][0]["pointer"] == "#/rating"
    assert not Review.objects.exists()


def test_a_text_has_a_length(ann: User, tea: Product) -> None:
    receive(ann, tea)

    assert_problem(say(ann, tea, 5, "x" * 5001), 400, "invalid")
    assert say(ann, tea, 5, "x" * 5000).status_code == 201


def test_an_edited_review_waits_for_approval_again(
    client: APIClient, ann: User, sam: User, tea: Product
) -> None:
    receive(ann, tea)
    address = say(ann, tea, 5)["Location"]
    moderate("approved", sam)

    answer = make_client(ann).patch(address, {"text": "On second thought: dull."})

    assert answer.status_code == 200, answer.content
    assert (answer.json()["status"], answer.json()["rating"]) == ("pending", 5)
    review = Review.objects.get()
    assert (review.moderated_by, review.moderated_at) == (None, None)
    assert client.get(page(tea)).json()["count"] == 0
    assert shown(tea) == (None, 0, [0, 0, 0, 0, 0])


def test_an_edit_that_changes_nothing_leaves_it_approved(
    ann: User, sam: User, tea: Product
) -> None:
    receive(ann, tea)
    address = say(ann, tea, 5)["Location"]
    moderate("approved", sam)

    assert make_client(ann).patch(address, {"rating": 5}).json()["status"] == "approved"
    assert make_client(ann).patch(address, {}).json()["status"] == "approved"


def test_a_deleted_review_leaves_the_average_and_may_be_written_anew(
    ann: User, bob: User, sam: User, tea: Product
) -> None:
    for who, stars in ((ann, 5), (bob, 2)):
        receive(who, tea)
        say(who, tea, stars)
    moderate("approved", sam)
    assert shown(tea) == (3.5, 2, [0, 1, 0, 0, 1])
    mine = Review.objects.get(author=ann)

    assert make_client(ann).delete(f"{MINE}{mine.pk}/").status_code == 204

    assert shown(tea) == (2.0, 1, [0, 1, 0, 0, 0])
    assert say(ann, tea, 1).status_code == 201


def test_a_hidden_review_is_seen_by_its_author_alone(
    client: APIClient, ann: User, bob: User, sam: User, tea: Product
) -> None:
    receive(ann, tea)
    address = say(ann, tea)["Location"]
    moderate("approved", sam)

    moderate("hidden", sam)

    assert client.get(page(tea)).json()["count"] == 0
    assert shown(tea) == (None, 0, [0, 0, 0, 0, 0])
    assert make_client(ann).get(address).json()["status"] == "hidden"
    assert make_client(ann).get(MINE).json()["count"] == 1
    assert_problem(make_client(bob).get(address), 404, "not-found")
    assert make_client(bob).get(MINE).json()["count"] == 0


def test_nobody_changes_the_review_of_another(
    ann: User, bob: User, tea: Product
) -> None:
    receive(ann, tea)
    address = say(ann, tea)["Location"]
    stranger = make_client(bob)

    assert_problem(stranger.patch(address, {"rating": 1}), 404, "not-found")
    assert_problem(stranger.delete(address), 404, "not-found")

    assert Review.objects.get().rating == 5


def crowd(product: Product, sam: User, *ratings: int) -> list[int]:
    """Approved reviews by so many people; returns their ids."""
    now = timezone.now()
    reviews = [
        Review.objects.create(
            author=person(f"buyer{index}", "buyer"),
            product=product,
            rating=rating,
            edited_at=now,
        ).pk
        for index, rating in enumerate(ratings)
    ]
    moderate("approved", sam)
    return reviews


def test_reviews_are_sorted_filtered_and_paged(
    client: APIClient, sam: User, tea: Product
) -> None:
    one, two, three, four = crowd(tea, sam, 3, 5, 1, 5)

    def ids(query: str) -> list[int]:
        body = client.get(f"{page(tea)}?{query}").json()
        return [review["id"] for review in body["results"]]

    assert ids("") == ids("ordering=newest") == [four, three, two, one]
    assert ids("ordering=oldest") == [one, two, three, four]
    assert ids("ordering=rating") == [three, one, two, four]
    assert ids("ordering=-rating") == [four, two, one, three]
    assert ids("rating=5") == [four, two]
    assert ids("page_size=1&page=2") == [three]
    first = client.get(f"{page(tea)}?cursor=&page_size=3").json()
    rest = client.get(first["next"]).json()
    assert [review["id"] for review in rest["results"]] == [one]
    for query in ("rating=6", "ordering=author", "author=1"):
        assert_problem(client.get(f"{page(tea)}?{query}"), 400, "invalid")
    assert_problem(client.get("/api/v1/products/none/reviews/"), 404, "not-found")


@pytest.mark.parametrize("number", [1, 6])
def test_a_page_of_reviews_costs_three_queries(
    client: APIClient,
    sam: User,
    tea: Product,
    number: int,
    django_assert_num_queries: Any,
) -> None:
    crowd(tea, sam, *[5] * number)

    with django_assert_num_queries(3):  # product, count, reviews with authors
        assert client.get(page(tea)).json()["count"] == number


def test_the_average_has_two_decimals(sam: User, tea: Product) -> None:
    crowd(tea, sam, 5, 5, 4)

    assert shown(tea) == (4.67, 3, [0, 0, 0, 1, 2])


def test_a_stale_credential_does_not_hinder_reading(
    client: APIClient, tea: Product
) -> None:
    client.credentials(HTTP_AUTHORIZATION="Bearer a.b.c")

    assert client.get(page(tea)).status_code == 200
    assert_problem(client.post(page(tea), {"rating": 5}), 401, "not-authenticated")


@pytest.mark.parametrize(
    ("first", "last", "author"),
    [
        ("Ann", "Lee", "Ann L."),
        ("Ann", "", "Ann"),
        ("", "Lee", None),
        ("ann@example.com", "", None),
    ],
)
def test_an_author_is_a_first_name_and_an_initial(
    client: APIClient, sam: User, tea: Product, first: str, last: str, author: str
) -> None:
    crowd(tea, sam, 5)
    User.objects.filter(username="buyer0").update(first_name=first, last_name=last)

    answer = client.get(page(tea))

    assert answer.json()["results"][0]["author"] == author
    assert b"@" not in answer.content


def test_who_leaves_takes_the_name_along_and_leaves_the_review(
    client: APIClient, ann: User, sam: User, tea: Product
) -> None:
    User.objects.filter(pk=ann.pk).update(first_name="Ann", last_name="Lee")
    receive(ann, tea)
    say(ann, tea)
    moderate("approved", sam)
    mine = make_client(ann).get("/api/v1/me/export/").json()["reviews"]
    assert [review["text"] for review in mine] == ["Good."]

    leaving = make_client(ann).post("/api/v1/me/delete/", {"password": PASSWORD})

    assert leaving.status_code == 204
    assert Review.objects.get().author is None
    (seen,) = client.get(page(tea)).json()["results"]
    assert (seen["author"], seen["text"]) == (None, "Good.")
    assert shown(tea) == (5.0, 1, [0, 0, 0, 0, 1])


@pytest.fixture
def desk(db: None) -> Client:
    """The browser of a superuser, olga."""
    client = Client()
    client.force_login(person("olga", "superuser"))
    return client


def choose(desk: Client, action: str, seen_at: str = "") -> str:
    """Apply an action to all reviews on the page of reviews; what it says then."""
    address = "/admin/orders/review/"
    shown = desk.get(address).content.decode()
    seen = re.search(r'name="seen_at" value="([0-9.]+)"', shown)
    assert seen
    chosen = {
        "action": action,
        "seen_at": seen_at or seen[1],
        "_selected_action": list(Review.objects.values_list("pk", flat=True)),
    }
    return desk.post(address, chosen, follow=True).content.decode()


@pytest.mark.parametrize(
    ("action", "status"), [("approve", "approved"), ("hide", "hidden")]
)
def test_the_admin_moderates_and_notes_who_did(
    desk: Client, ann: User, tea: Product, action: str, status: str
) -> None:
    receive(ann, tea)
    say(ann, tea)

    said = choose(desk, action)

    assert f"1 reviews: {status.capitalize()}." in said
    assert "edited while you read" not in said
    review = Review.objects.get()
    assert (review.status, review.moderated_by) == (
        status,
        User.objects.get(username="olga"),
    )


def test_what_was_edited_while_the_moderator_read_is_not_approved(
    desk: Client, ann: User, tea: Product
) -> None:
    receive(ann, tea)
    opened = str(time.time())
    say(ann, tea, 5, "Buy pills at …")

    said = choose(desk, "approve", seen_at=opened)

    assert "0 reviews: Approved." in said
    assert "1 were edited while you read" in said
    assert Review.objects.get().status == "pending"


@pytest.mark.django_db(transaction=True)
def test_two_reviews_at_once_become_one(ann: User, tea: Product) -> None:
    receive(ann, tea)
    client = make_client(ann)
    header = client._credentials["HTTP_AUTHORIZATION"]

    def post(index: int) -> Response:
        browser = APIClient()
        browser.credentials(HTTP_AUTHORIZATION=header)
        return browser.post(page(tea), {"rating": index % 5 + 1})

    answers = at_once(8, post)

    assert Counter(a.status_code for a in answers) == {201: 1, 409: 7}
    assert {a.json()["code"] for a in answers if a.status_code == 409} == {
        "already-reviewed"
    }
    assert Review.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_moderators_at_once_leave_the_average_of_all(sam: User, tea: Product) -> None:
    reviews = crowd(tea, sam, 1, 2, 3, 4, 5, 5, 5, 5)
    moderate("hidden", sam)

    at_once(8, lambda index: moderate("approved", sam, reviews[index]))

    assert shown(tea) == (3.75, 8, [1, 1, 1, 1, 4])
