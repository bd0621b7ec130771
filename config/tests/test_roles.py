"""What each role of the staff may do, in v1 as in the admin."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.utils import timezone

from accounts.models import Role, User
from accounts.services import customer_of
from catalog.tests.factories import make_offer
from config.roles import ROLES, install_roles
from config.tests.test_access import DOORS, SAMPLES
from conftest import assert_problem, make_client, person
from orders.services import Delivery, place_order

pytestmark = pytest.mark.django_db
# Staff doors of v1 by what they are about → the roles to which they open.
GOODS_READ = {"clerk", "editor", "integrator", "owner"}
GOODS_WRITE = {"editor", "owner"}
ORDERS = {"clerk", "owner"}
WIRES = {"integrator", "owner"}
LISTS = {"editor", "integrator", "owner"}
READS = {"products", "offers", "categories", "brands", "shops"}


def who_may(method: str, path: str) -> set[str]:
    first = path.partition("/")[0]
    if first in READS:
        return GOODS_READ if method == "GET" else GOODS_WRITE
    if first == "orders":
        return ORDERS | {"integrator"} if method == "GET" else ORDERS
    if first in {"price-lists", "price-list-runs", "desk"}:
        return LISTS
    assert first in {"events", "webhooks", "webhook-deliveries"}, path
    return WIRES


def staff_doors() -> list[tuple[str, str]]:
    """Doors that a buyer is refused at, and staff are not."""
    return [door for door, statuses in DOORS.items() if statuses[2] == 403]


@pytest.mark.parametrize("role", ["clerk", "editor", "integrator", "owner"])
def test_a_role_opens_its_doors_of_v1_and_no_other(role: str) -> None:
    client = make_client(person("rita", role))
    client.raise_request_exception = False
    opened, expected = set(), set()

    for method, path in staff_doors():
        answer = client.generic(
            method, "/api/v1/" + path.format_map(SAMPLES), content_type="text/x-none"
        )
        if answer.status_code == 403:
            assert_problem(answer, 403, "forbidden")
        else:
            opened.add((method, path))
        if role in who_may(method, path):
            expected.add((method, path))

    assert opened == expected
    assert opened


@pytest.mark.parametrize(("role", "count"), [("clerk", 1), ("editor", 0)])
def test_a_clerk_sees_all_orders_and_an_editor_only_own_ones(
    role: str, count: int, ann: User
) -> None:
    order = place_order(
        customer=customer_of(ann),
        quantities={make_offer().pk: 1},
        delivery=Delivery(email="ann@example.com"),
        actor=ann,
        now=timezone.now(),
    )

    client = make_client(person("rita", role))

    assert len(client.get("/api/v1/orders/").json()["results"]) == count
    shown = client.get(f"/api/v1/orders/{order.code}/").status_code
    assert shown == (200 if count else 404)


def test_staff_without_a_role_are_buyers_to_v1(sam: User) -> None:
    sam.groups.clear()
    client = make_client(sam)

    assert_problem(client.get("/api/v1/events/"), 403, "forbidden")
    assert_problem(client.post("/api/v1/products/", {}), 403, "forbidden")
    assert client.get("/api/v1/orders/").status_code == 200


def test_a_group_of_ones_own_counts_in_v1_as_well(sam: User) -> None:
    sam.groups.clear()
    sam.user_permissions.set(Permission.objects.filter(codename="view_event"))

    assert make_client(sam).get("/api/v1/events/").status_code == 200


def test_a_role_without_the_staff_flag_opens_nothing(ann: User) -> None:
    ann.groups.set(Group.objects.all())

    assert_problem(make_client(ann).get("/api/v1/events/"), 403, "forbidden")


def test_every_pattern_of_a_role_names_a_permission() -> None:
    names = Permission.objects.values_list("content_type__app_label", "codename")
    known = {f"{app}.{codename}" for app, codename in names}
    fits = {
        pattern: [n for n in known if n.startswith(pattern.rstrip("*"))]
        for patterns in ROLES.values()
        for pattern in patterns
    }

    assert [pattern for pattern, found in fits.items() if not found] == []


def test_a_migrate_puts_the_roles_right_and_leaves_other_groups_alone() -> None:
    clerk, own = Group.objects.get(name=Role.CLERK), Group.objects.create(name="Own")
    before = set(clerk.permissions.all())
    clerk.permissions.set(Permission.objects.filter(codename="delete_user"))
    Group.objects.get(name=Role.OWNER).delete()
    own.permissions.set(Permission.objects.filter(codename="view_order"))

    install_roles("default")

    assert set(clerk.permissions.all()) == before
    assert Group.objects.get(name=Role.OWNER).permissions.count() > len(before)
    assert own.permissions.count() == 1


def test_the_first_migrate_keeps_what_staff_could_do_by_v1(
    sam: User, ann: User
) -> None:
    olga = person("olga", "superuser")
    Group.objects.all().delete()

    install_roles("default")

    names = sam.groups.order_by("name").values_list("name", flat=True)
    assert list(names) == sorted(Role.of_v1())
    assert not ann.groups.exists()
    assert not olga.groups.exists()

    sam.groups.clear()
    install_roles("default")
    assert not sam.groups.exists()  # it happens once
