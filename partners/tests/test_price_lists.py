"""v1: partners send price lists and read what became of them."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.response import Response
from rest_framework.test import APIClient

from accounts.models import User
from catalog.models import Offer
from conftest import assert_problem, make_client
from partners.models import PriceList, PriceListRun
from partners.tests.test_import import GREEN, HEAD

pytestmark = pytest.mark.django_db
LISTS, RUNS = "/api/v1/price-lists/", "/api/v1/price-list-runs/"


def send(client: APIClient, text: str, **fields: object) -> Response:
    file = SimpleUploadedFile("tea.yaml", text.encode())
    return client.post(LISTS, {"file": file, **fields}, format="multipart")


def test_a_partner_sends_a_list_and_reads_its_run(
    pat: User, letters: Callable[[], list[str]]
) -> None:
    client = make_client(pat)

    response = send(client, HEAD + GREEN)
    address = response["Location"]
    queued = client.get(address).json()
    letters()
    done = client.get(address).json()

    assert response.status_code == 202
    assert (queued["state"], queued["kind"]) == ("queued", "apply")
    assert (done["state"], done["created_count"]) == ("done", 1)
    assert done["shop"]["name"] == "Tea House"
    assert done["source"] == "tea.yaml"
    assert done["finished_at"] is not None
    assert client.get(RUNS).json()["count"] == 1


def test_a_broken_list_is_told_with_line_and_column(
    pat: User, letters: Callable[[], list[str]]
) -> None:
    client = make_client(pat)

    address = send(client, "shop: Tea\n  goods: [\n")["Location"]
    letters()
    run = client.get(address).json()

    assert run["state"] == "refused"
    finding = run["findings"][0]
    assert (finding["code"], finding["severity"]) == ("yaml-syntax", "error")
    assert (finding["line"], finding["column"]) == (2, 8)
    assert Offer.objects.count() == 0


def test_a_check_reports_without_effect(
    pat: User, letters: Callable[[], list[str]]
) -> None:
    client = make_client(pat)

    address = send(client, HEAD + GREEN, check_only=True)["Location"]
    letters()

    run = client.get(address).json()
    assert (run["kind"], run["state"], run["created_count"]) == ("check", "done", 1)
    assert Offer.objects.count() == 0


def test_a_replayed_upload_is_one_run(pat: User) -> None:
    client = make_client(pat)
    file = HEAD + GREEN
    header = {"HTTP_IDEMPOTENCY_KEY": "list-1"}

    answers = [
        client.post(
            LISTS,
            data=(
                '--b\r\nContent-Disposition: form-data; name="file"; '
                f'filename="a.yaml"\r\n\r\n{file}\r\n--b--\r\n'
            ),
            content_type="multipart/form-data; boundary=b",
            **header,
        )
        for _ in range(2)
    ]

    assert [a.status_code for a in answers] == [202, 202]
    assert answers[0].content == answers[1].content
    assert PriceListRun.objects.count() == 1


def test_what_is_not_a_list_is_refused(pat: User, settings: object) -> None:
    client = make_client(pat)

    body = assert_problem(client.post(LISTS, {}, format="multipart"), 400, "invalid")
    assert body["errors"][0]["pointer"] == "#/file"
    assert_problem(send(client, ""), 400, "invalid")
    other = client.post(LISTS, data="x", content_type="text/plain")
    assert_problem(other, 415, "unsupported-media-type")
    assert_problem(client.post(LISTS, [1]), 400, "malformed")
    settings.PRICE_LIST_BYTES_LIMIT = 100  # type: ignore[attr-defined]
    assert_problem(send(client, HEAD + GREEN), 413, "price-list-too-large")
    assert PriceList.objects.count() == 0


def test_runs_are_their_partners_alone(
    pat: User, ann: User, sam: User, client: APIClient
) -> None:
    other = User.objects.create(username="olga", email="o@example.com", is_partner=True)
    address = send(make_client(pat), HEAD + GREEN)["Location"]
    olga = APIClient()
    olga.force_authenticate(other)

    assert_problem(olga.get(address), 404, "not-found")
    assert olga.get(RUNS).json()["count"] == 0
    assert make_client(sam).get(address).status_code == 200
    assert_problem(make_client(ann).get(address), 403, "forbidden")
    assert_problem(send(make_client(ann), HEAD + GREEN), 403, "forbidden")
    assert_problem(client.get(address), 401, "not-authenticated")
