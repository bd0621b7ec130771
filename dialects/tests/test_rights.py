"""Nobody reaches what is another's, and nobody makes themselves more than they are."""

import pytest
from django.utils import timezone

from accounts.models import Customer, User
from accounts.services import customer_of
from conftest import PASSWORD
from dialects.tests.world import World, content
from orders.models import Order
from orders.services import Delivery, place_order, set_line

pytestmark = pytest.mark.django_db
MORE = {
    "id": 7777,
    "is_staff": True,
    "is_superuser": True,
    "is_active": False,
    "is_partner": True,
    "must_confirm": False,
    "confirmed_at": "2026-01-01T00:00:00Z",
    "user": 1,
    "status": "delivered",
    "state": "delivered",
    "price": "0.01",
    "unit_price": "0.01",
    "total": "0.01",
    "total_sum": 1,
    "discount": "5.00",
    "customer": 1,
    "placed_at": "2020-01-01T00:00:00Z",
}
ROLES = ("is_staff", "is_superuser", "is_partner")


@pytest.fixture
def w():
    return World()


def roles(name):
    return User.objects.values_list(*ROLES, "is_active").get(username=name)


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/register/", {}),
        ("/register/", {"first_name": "Ann"}),
        ("/api/sign_in", {}),
        ("/api/register/", {}),
        ("/api/customer/registration/", {}),
    ],
)
def test_registering_takes_no_roles(w, path, form):
    who = {"username": "ann", "email": "ann@example.com", "password": PASSWORD}

    assert w.post(path, MORE | who | form).status_code in {200, 201}

    assert roles("ann") == (False, False, False, True)
    user = User.objects.get()
    assert user.pk != 7777
    assert user.confirmed_at is None


@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", "/user/"), ("PATCH", "/user/"), ("POST", "/user/"), ("PUT", "/api/me/")],
)
def test_a_profile_takes_no_roles(w, method, path):
    ann = w.person("ann")

    assert w.ask(method, path, MORE, auth=w.bearer("ann")).status_code == 200

    assert roles("ann") == (False, False, False, True)
    assert list(User.objects.values_list("pk", flat=True)) == [ann.pk]


def test_an_order_takes_no_price_and_no_state(w):
    auth, item = w.bearer("ann"), w.item(stock=9)
    w.client.cookies["csrftoken"] = "a" * 32
    line = {"product_id": item.pk, "amount": 1} | MORE
    form = {"address": "A", "phone": "1", "items": [line]} | MORE
    w.post("/api/post_order", form, auth=auth, HTTP_X_CSRFTOKEN="a" * 32)
    new = {"contact": {"city": "Y"}, "quantity": 1, "product_info": item.pk}
    w.post("/products/order/", MORE | new, auth=auth)
    token = str(customer_of(w.person("ann")).token)
    cart = {"token": token, "product_id": item.pk, "quantity": 1}
    w.post("/api/order/cart/update/", MORE | cart)
    where = {"country": "X", "city": "Y", "post_code": "1", "address": "Z"}
    names = {"first_name": "A", "last_name": "B", "email": "a@example.com"}
    w.put("/api/order/finalize/", MORE | where | names | {"token": token})

    rows = Order.objects.order_by("pk").values_list("status", "total", "customer__user")
    ann = w.person("ann").pk
    price = item.price
    assert sorted(rows) == sorted(
        [("confirmed", price, ann), ("new", price, ann), ("confirmed", price, ann)]
    )


@pytest.fixture
def foreign(w):
    """An order of Ann's; Bob's credential."""
    ann = w.person("ann")
    order = place_order(
        customer=customer_of(ann),
        quantities={w.item().pk: 1},
        delivery=Delivery(email=ann.email),
        actor=ann,
        now=timezone.now(),
    )
    return order, w.bearer("bob")


def test_a_foreign_order_answers_like_one_that_never_was(w, foreign):
    order, bob = foreign

    for pk in (order.pk, 999_999):
        info = w.get(f"/orders/info/?id={pk}", auth=bob)
        form = {"id": pk, "address": "A", "phone": "1"}
        confirm = w.post("/orders/confirm/", form, auth=bob)
        assert (info.status_code, confirm.status_code) == (404, 404)
        assert (
            info.json() == confirm.json() == {"detail": "There is no such thing here."}
        )


@pytest.mark.parametrize(
    "path",
    [
        "/orders/?id={pk}&user={user}&user_id={user}",
        "/api/get_order?category=user&user_id={user}",
        "/api/get_order?category=completed&customer={user}",
        "/api/customer/myorders/?user={user}&customer={user}&id={pk}",
    ],
)
def test_no_parameter_shows_what_belongs_to_another(w, foreign, path):
    order, bob = foreign
    asked = path.format(pk=order.pk, user=order.customer.user_id)

    assert content(w.get(asked, auth=bob)) == []


def test_a_bound_customer_is_never_bound_again(w):
    token = str(customer_of(w.person("ann")).token)
    form = {"username": "eve", "email": "eve@example.com", "password": PASSWORD}

    answer = w.post("/api/customer/registration/", form | {"token": token})

    assert (answer.status_code, set(answer.json())) == (400, {"token"})
    assert Customer.objects.get().user == w.person("ann")
    assert not User.objects.filter(username="eve").exists()


def test_the_token_of_a_switched_off_account_opens_no_cart(w):
    ann, item = w.person("ann"), w.item()
    customer = customer_of(ann)
    set_line(customer=customer, offer_id=item.pk, quantity=1)
    path = f"/api/order/cart/list/{customer.token}/"
    assert len(w.get(path).json()) == 1

    User.objects.filter(pk=ann.pk).update(is_active=False)

    assert w.get(path).json() == []
    line = {"token": str(customer.token), "product_id": item.pk, "quantity": 2}
    assert w.post("/api/order/cart/update/", line).status_code == 400


def test_a_foreign_refresh_token_cannot_be_revoked_through_logout(w):
    refresh = w.tokens("ann").refresh
    body = {"refresh": refresh, "blacklist": True}

    assert w.post("/logout/", body, auth=w.bearer("bob")).status_code == 400

    assert w.post("/api/refresh/", {"refresh": refresh}).status_code == 200


def test_the_refresh_cookie_alone_opens_nothing(w):
    w.client.cookies["refreshtoken"] = w.tokens("ann").refresh

    for path in ("/api/get_order", "/api/me/", "/user/", "/api/customer/getuser/"):
        assert w.get(path).status_code in {401, 403}
    assert w.post("/api/refresh_token").status_code == 403


def test_only_staff_write_the_catalogue_and_only_partners_load_lists(w):
    item = w.item()
    for method, path in (
        ("POST", "/products/"),
        ("PUT", f"/products/{item.pk}/"),
        ("PATCH", f"/products/{item.pk}/"),
        ("DELETE", f"/products/{item.pk}/"),
        ("POST", "/categories/"),
        ("PUT", "/categories/1/"),
        ("DELETE", "/categories/1/"),
        ("POST", "/partner_update/"),
    ):
        assert w.ask(method, path).status_code == 401
        assert w.ask(method, path, {}, auth=w.bearer("ann")).status_code == 403
        partner = w.ask(method, path, {}, auth=w.bearer("pat", "partner")).status_code
        assert partner == (400 if path == "/partner_update/" else 403)
