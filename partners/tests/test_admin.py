"""The desk of staff: runs are read, applied, undone and checked again."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from accounts.models import User
from catalog.models import Offer, Shop
from conftest import person
from partners.models import PriceListRun, PriceListSource
from partners.services import submit_price_list
from partners.services.runs import run_price_list
from partners.tests.test_import import BLACK, GREEN, HEAD, load

pytestmark = pytest.mark.django_db
RUNS = "/admin/partners/pricelistrun/"


@pytest.fixture
def desk(db: None) -> Client:
    client = Client()
    client.force_login(person("olga", "superuser"))
    return client


def check(user: User, text: str) -> PriceListRun:
    run = submit_price_list(
        user=user, source="tea.yaml", content=text.encode(), check_only=True
    )
    run_price_list.func(run.pk)
    run.refresh_from_db()
    return run


def page(desk: Client, run: PriceListRun, **asked: object) -> str:
    answer = desk.get(f"{RUNS}{run.pk}/change/", asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_check_is_applied_after_a_question(
    desk: Client, pat: User, letters: Callable[[], list[str]]
) -> None:
    run = check(pat, HEAD + GREEN + BLACK)
    address = f"{RUNS}{run.pk}/apply_run/"
    assert "Apply exactly what this check found?" in desk.get(address).content.decode()
    assert PriceListRun.objects.count() == 1

    answer = desk.post(address)

    new = PriceListRun.objects.latest("pk")
    assert answer["Location"] == f"{RUNS}{new.pk}/change/"
    assert '<meta http-equiv="refresh"' in page(desk, new)
    letters()
    new.refresh_from_db()
    assert (new.kind, new.state, new.check_run) == ("apply", "done", run)
    assert Offer.objects.count() == 2
    assert '<meta http-equiv="refresh"' not in page(desk, new)


@pytest.mark.parametrize("force", [False, True])
def test_an_applied_list_is_undone_as_far_as_asked(
    desk: Client, pat: User, letters: Callable[[], list[str]], force: bool
) -> None:
    load(pat, HEAD + GREEN)
    run = load(pat, HEAD + GREEN.replace("117647.06", "120000"))
    Offer.objects.update(model="by hand")

    desk.post(f"{RUNS}{run.pk}/undo_run/", {"force": "on"} if force else {})
    letters()

    undo = PriceListRun.objects.latest("pk")
    assert (undo.kind, undo.state, undo.is_forced) == ("undo", "done", force)
    price = str(Offer.objects.get().regular_price)
    assert price == ("117647.06" if force else "120000.00")


def test_a_list_is_checked_again(
    desk: Client, pat: User, letters: Callable[[], list[str]]
) -> None:
    run = check(pat, HEAD + GREEN)
    load(pat, HEAD + GREEN)

    desk.post(f"{RUNS}{run.pk}/check_run_again/")
    letters()

    again = PriceListRun.objects.latest("pk")
    assert (again.kind, again.state, again.unchanged_count) == ("check", "done", 1)
    assert again.price_list == run.price_list


def test_what_a_run_does_not_allow_is_refused_and_not_offered(
    desk: Client, pat: User
) -> None:
    run = check(pat, HEAD + BLACK.replace("200", "soon"))
    assert run.state == "refused"

    told = desk.post(f"{RUNS}{run.pk}/apply_run/", follow=True).content.decode()

    assert "Nothing was done" in told
    assert "apply_run" not in told
    assert "undo_run" not in told
    assert "check_run_again" in told
    assert PriceListRun.objects.count() == 1
    assert desk.get(f"{RUNS}999/apply_run/").status_code == 404
    assert desk.get(f"{RUNS}x/undo_run/").status_code == 404


def test_findings_are_shown_narrowed_and_translated(desk: Client, pat: User) -> None:
    run = check(pat, "owner: me\n" + HEAD + BLACK.replace("quantity: 7", "quantity: x"))
    error, warning = "is not a whole number", "Key owner is unknown"

    assert error in (whole := page(desk, run))
    assert warning in whole
    assert warning not in page(desk, run, severity="error")
    assert error not in page(desk, run, severity="warning")
    russian = desk.get(
        f"{RUNS}{run.pk}/change/", headers={"accept-language": "ru"}
    ).content.decode()
    assert "не целое число" in russian


def test_changes_are_shown_old_to_new_page_by_page(desk: Client, pat: User) -> None:
    load(pat, HEAD + GREEN + BLACK)
    goods = [
        BLACK.replace("12", str(number)).replace("Black", f"Tea {number}")
        for number in range(100, 160)
    ]
    run = check(pat, HEAD + GREEN.replace("117647.06", "120000") + "".join(goods))

    first = page(desk, run, changes="new")
    place = first.partition("after=")[2].partition("#")[0]
    second = page(desk, run, changes="new", after=place)

    assert first.count("<td>New</td>") == 50
    assert second.count("<td>New</td>") == 10
    assert "after=" not in second
    changed = page(desk, run, changes="changed")
    assert "regular price: 117647.06 → 120000.00" in changed
    for nonsense in ({"after": "x"}, {"after": "9" * 30}, {"changes": "'"}):
        page(desk, run, **nonsense)


def test_the_history_is_read_only(desk: Client, pat: User) -> None:
    run = load(pat, HEAD + GREEN)

    assert desk.get(f"{RUNS}add/").status_code == 403
    assert desk.post(f"{RUNS}{run.pk}/change/", {"state": "failed"}).status_code == 403
    assert desk.post(f"{RUNS}{run.pk}/delete/", {"post": "yes"}).status_code == 403
    run.refresh_from_db()
    assert run.state == "done"


def test_who_may_only_look_gets_no_buttons(sam: User, pat: User) -> None:
    sam.groups.clear()
    sam.user_permissions.add(Permission.objects.get(codename="view_pricelistrun"))
    client = Client()
    client.force_login(sam)
    run = check(pat, HEAD + GREEN)

    assert "apply_run" not in page(client, run)
    assert client.post(f"{RUNS}{run.pk}/apply_run/").status_code == 403
    assert PriceListRun.objects.count() == 1


def test_the_list_takes_the_same_statements_however_long(
    desk: Client, pat: User, django_assert_num_queries
) -> None:
    counts = []
    for _ in range(2):
        for _ in range(3):
            submit_price_list(user=pat, source="tea.yaml", content=b"shop: Tea")
        with django_assert_num_queries(20, exact=False) as told:
            desk.get(RUNS)
        counts.append(len(told))

    assert counts[0] == counts[1] <= 10


def test_an_address_is_shown_and_ended(desk: Client, pat: User) -> None:
    load(pat, HEAD + GREEN)
    source = PriceListSource.objects.create(
        shop=Shop.objects.get(name="Tea House"),
        user=pat,
        url="https://partner.example/list.yaml",
        next_at=timezone.now(),
        failures=2,
        problem="The address did not answer with a list.",
    )
    sources = "/admin/partners/pricelistsource/"

    shown = desk.get(sources).content.decode()
    desk.post(f"{sources}{source.pk}/delete/", {"post": "yes"})

    assert "https://partner.example/list.yaml" in shown
    assert "did not answer" in shown
    assert PriceListSource.objects.count() == 0
