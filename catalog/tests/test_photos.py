"""Photos: uploaded, checked and cleaned, ordered, made smaller, deleted."""

import zlib
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as thoroughly
from hypothesis import strategies as st
from PIL import Image, ImageCms
from rest_framework.test import APIClient

from accounts.models import User
from catalog.exceptions import FieldRefused
from catalog.models import Photo, Product
from catalog.pictures import clean
from catalog.services import remove_photo
from catalog.services.photos import make_sizes
from catalog.tests.factories import make_offer, make_product
from catalog.tests.pictures import picture, upload
from conftest import assert_problem, make_client, person

PHOTOS = "/api/v1/products/pot/photos/"
PAGE = "/api/v1/products/pot/"


@pytest.fixture
def desk(sam: User) -> APIClient:
    make_offer(product=make_product(name="Pot"))
    return make_client(sam)


def send(desk: APIClient, content: bytes = b"", **facts: Any) -> Any:
    form = {"file": upload(content or picture()), "alt": "Pot"} | facts
    return desk.post(PHOTOS, form, format="multipart")


def files(settings: Any) -> set[str]:
    return {path.name for path in Path(settings.MEDIA_ROOT).rglob("*.webp")}


def stored(settings: Any, url: str) -> Image.Image:
    """The picture of an address, from where the web server takes it."""
    name = url.removeprefix("http://testserver/media/")
    return Image.open(BytesIO(Path(settings.MEDIA_ROOT, name).read_bytes()))


@pytest.mark.django_db
def test_an_uploaded_photo_is_on_the_page_and_in_the_list(
    desk: APIClient, client: APIClient, settings: Any
) -> None:
    sent = send(desk)

    assert sent.status_code == 201, sent.json()
    body = sent.json()
    assert (body["width"], body["height"], body["alt"]) == (40, 30, "Pot")
    assert body["sizes"] == {"small": None, "medium": None, "large": None}
    assert client.get(PAGE).json()["photos"] == [body]
    assert client.get("/api/v1/products/").json()["results"][0]["photo"] == body
    assert stored(settings, body["url"]).size == (40, 30)


@pytest.mark.django_db
def test_a_task_makes_the_sizes_once(
    desk: APIClient,
    client: APIClient,
    letters: Callable[[], list[str]],
    settings: Any,
) -> None:
    photo = send(desk, picture(1200, 600)).json()["id"]

    letters()  # runs what waits
    make_sizes.func(photo)  # again, as after a lost lease

    sizes = client.get(PAGE).json()["photos"][0]["sizes"]
    assert {name: (s["width"], s["height"]) for name, s in sizes.items()} == {
        "small": (160, 80),
        "medium": (480, 240),
        "large": (960, 480),
    }
    for size in sizes.values():
        assert stored(settings, size["url"]).size == (size["width"], size["height"])
    assert len(files(settings)) == 4


@pytest.mark.django_db
def test_a_small_picture_is_never_made_larger(
    desk: APIClient, client: APIClient, letters: Callable[[], list[str]]
) -> None:
    send(desk, picture(40, 30))
    letters()

    large = client.get(PAGE).json()["photos"][0]["sizes"]["large"]
    assert (large["width"], large["height"]) == (40, 30)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("mode", ["RGB", "L", "P", "RGBA", "CMYK", "LA", "1", "I;16"])
def test_every_usual_kind_of_picture_is_taken(
    desk: APIClient, kind: str, mode: str
) -> None:
    image = Image.open(BytesIO(picture(kind="PNG"))).convert("RGB")
    image = image.convert("L").convert(mode) if mode in {"1", "I;16"} else image
    packed = BytesIO()
    try:
        image.convert(mode).save(packed, kind)
    except OSError:
        pytest.skip(f"there is no {kind} in {mode}")

    assert send(desk, packed.getvalue()).status_code == 201


def pixels(photo: Photo) -> Image.Image:
    return Image.open(photo.image.path)


@pytest.mark.django_db
def test_a_photo_stands_upright_and_tells_nothing_but_its_pixels(
    desk: APIClient,
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its left side
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[1] = "N"
    send(desk, picture(40, 30, exif=exif, comment=b"secret") + b"<?php secret ?>")

    photo = Photo.objects.get()
    assert (photo.width, photo.height) == (30, 40)
    stored = Path(photo.image.path).read_bytes()
    image = pixels(photo)
    assert (image.format, dict(image.getexif()), "icc_profile" in image.info) == (
        "WEBP",
        {},
        False,
    )
    assert b"ecret" not in stored
    left, right = image.getpixel((2, 20)), image.getpixel((27, 20))
    assert left[2] > 200 and right[0] > 200  # type: ignore[index]  # noqa: PT018


@pytest.mark.django_db
def test_a_large_photo_is_kept_within_bounds(desk: APIClient) -> None:
    assert send(desk, picture(3000, 1000)).json()["width"] == 2048


@pytest.mark.django_db
def test_a_broken_colour_profile_is_no_reason_to_refuse(desk: APIClient) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    for one in (profile, b"nonsense", profile[:100]):
        assert send(desk, picture(icc_profile=one)).status_code == 201


def _huge(side: int) -> bytes:
    """Only the header says how large it is; the rest never has to be true."""
    small = bytearray(picture(8, 8, "PNG"))
    small[16:24] = side.to_bytes(4) + side.to_bytes(4)
    small[29:33] = zlib.crc32(small[12:29]).to_bytes(4)
    return bytes(small)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"not a picture", "not_a_picture"),
        (picture(kind="GIF"), "not_a_picture"),
        (picture(kind="BMP"), "not_a_picture"),
        (picture(400, 300)[:-2000], "not_a_picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_a_picture"),
        (_huge(7_000), "too_many_pixels"),
        (_huge(10_000), "too_many_pixels"),
        (_huge(60_000), "too_many_pixels"),
    ],
    ids=["text", "gif", "bmp", "cut off", "svg", "7000²", "10000²", "60000²"],
)
def test_what_is_no_picture_for_a_shop_is_refused(
    desk: APIClient, settings: Any, content: bytes, code: str
) -> None:
    body = assert_problem(send(desk, content), 400, "invalid")

    assert [(e["pointer"], e["code"]) for e in body["errors"]] == [("#/file", code)]
    assert Photo.objects.count() == 0
    assert files(settings) == set()


@pytest.mark.django_db
def test_a_file_of_too_many_bytes_is_refused(desk: APIClient, settings: Any) -> None:
    settings.PHOTO_BYTES_LIMIT = 500

    assert assert_problem(send(desk), 413, "photo-too-large")["limit"] == 500
    flood = desk.generic(
        "POST", PHOTOS, b"", content_type="multipart/form-data", CONTENT_LENGTH="9" * 9
    )
    assert_problem(flood, 413, "too-large")


@thoroughly(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.sampled_from([picture(kind=kind) for kind in ("JPEG", "PNG", "WEBP")]),
    st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=8),
)
def test_bytes_out_of_place_are_a_picture_or_a_refusal(
    original: bytes, changes: list[tuple[int, int]]
) -> None:
    content = bytearray(original)
    for place, value in changes:
        content[place % len(content)] = value
    with suppress(FieldRefused):
        assert clean(BytesIO(bytes(content)), len(content)).size


@pytest.mark.django_db
def test_photos_are_put_into_an_order_in_one_call(
    desk: APIClient, client: APIClient
) -> None:
    ids = [send(desk, alt=f"View {n}").json()["id"] for n in range(3)]

    ordered = desk.put(f"{PHOTOS}order/", {"photos": [ids[2], ids[0], ids[1]]})

    assert [photo["id"] for photo in ordered.json()] == [ids[2], ids[0], ids[1]]
    page = client.get(PAGE).json()
    assert [photo["alt"] for photo in page["photos"]] == ["View 2", "View 0", "View 1"]
    assert [photo["id"] for photo in desk.get(PHOTOS).json()] == [
        ids[2],
        ids[0],
        ids[1],
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("order", [[], [0], [0, 0], [0, 1, 2], [1, 99]])
def test_an_order_names_each_photo_once(desk: APIClient, order: list[int]) -> None:
    ids = [send(desk).json()["id"] for _ in range(2)] + [999_999]
    named = [ids[index] if index < 3 else index for index in order]

    body = assert_problem(
        desk.put(f"{PHOTOS}order/", {"photos": named}), 400, "invalid"
    )

    assert body["errors"][0]["pointer"] == "#/photos"
    assert [photo["id"] for photo in desk.get(PHOTOS).json()] == ids[:2]


@pytest.mark.django_db
def test_a_photo_is_described_anew(desk: APIClient, client: APIClient) -> None:
    photo = send(desk).json()["id"]

    edited = desk.patch(f"{PHOTOS}{photo}/", {"alt": "From the left"})

    assert edited.json()["alt"] == "From the left"
    assert client.get(PAGE).json()["photos"][0]["alt"] == "From the left"


@pytest.mark.django_db(transaction=True)
def test_with_a_deleted_photo_go_its_files_once_that_is_certain(
    desk: APIClient, letters: Callable[[], list[str]], settings: Any
) -> None:
    photo = send(desk).json()["id"]
    letters()
    with transaction.atomic():
        remove_photo(product_id=Product.objects.get().pk, photo_id=photo)
        transaction.set_rollback(True)
    assert len(files(settings)) == 4

    assert desk.delete(f"{PHOTOS}{photo}/").status_code == 204

    assert files(settings) == set()
    assert_problem(desk.delete(f"{PHOTOS}{photo}/"), 404, "not-found")
    make_sizes.func(photo)  # too late, and harmless
    assert files(settings) == set()


@pytest.mark.django_db
def test_photos_are_part_of_the_products_version(desk: APIClient) -> None:
    seen = desk.get(PAGE)["ETag"]
    form = {"file": upload(picture())}

    first = desk.post(PHOTOS, form, format="multipart", HTTP_IF_MATCH=seen)
    second = desk.patch(PAGE, {"name": "Pan"}, HTTP_IF_MATCH=seen)

    assert first.status_code == 201
    assert_problem(second, 412, "edited-meanwhile")


@pytest.mark.django_db
def test_a_product_has_so_many_photos_and_no_more(
    desk: APIClient, settings: Any
) -> None:
    settings.PHOTOS_LIMIT = 1
    send(desk)

    assert assert_problem(send(desk), 409, "photos-full")["limit"] == 1


@pytest.mark.django_db
def test_the_admin_adds_orders_and_deletes_photos(
    desk: APIClient, settings: Any
) -> None:
    first, second = (send(desk, alt=alt).json()["id"] for alt in ("One", "Two"))
    product = Product.objects.get()
    browser = Client()
    browser.force_login(person("olga", "superuser"))
    address = f"/admin/catalog/product/{product.pk}/change/"
    facts = {
        "name": "Pot",
        "slug": "pot",
        "is_active": "on",
        "offers-TOTAL_FORMS": "0",
        "offers-INITIAL_FORMS": "0",
        "photos-TOTAL_FORMS": "3",
        "photos-INITIAL_FORMS": "2",
    }
    rows = [
        {"id": first, "product": product.pk, "alt": "One", "order": "2"},
        {"id": second, "product": product.pk, "alt": "Zwei", "order": "1"},
        {"product": product.pk, "alt": "Three", "order": "0"},
    ]
    for index, row in enumerate(rows):
        facts |= {f"photos-{index}-{key}": value for key, value in row.items()}

    gif = upload(picture(kind="GIF"), "photo.gif")
    bad = browser.post(address, facts | {"photos-2-picture": gif})
    assert "This is no picture" in bad.content.decode()
    saved = browser.post(address, facts | {"photos-2-picture": upload(picture())})

    assert saved.status_code == 302, saved.content.decode()
    alts = product.photos.order_by("position").values_list("alt", flat=True)
    assert list(alts) == ["Three", "Zwei", "One"]
    assert browser.get(address).status_code == 200


@pytest.mark.django_db
def test_photos_in_a_bucket_are_read_from_its_own_address(
    desk: APIClient, client: APIClient, settings: Any
) -> None:
    elsewhere = "https://photos.example/shop/"
    memory = "django.core.files.storage.InMemoryStorage"
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": memory, "OPTIONS": {"base_url": elsewhere}}
    }
    photo = send(desk).json()
    make_sizes.call(photo["id"])

    listed = client.get("/api/v1/products/").json()["results"][0]["photo"]
    shown = client.get(PAGE).json()["photos"][0]

    urls = [
        picture["url"] for picture in (photo, listed, shown, *shown["sizes"].values())
    ]
    assert [url for url in urls if not url.startswith(elsewhere)] == []
