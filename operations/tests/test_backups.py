"""Backups: made whole, kept so many, put back as they were, and tried beforehand."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from catalog.models import Offer
from catalog.services import correct_stock
from catalog.tests.factories import make_offer
from feed.tests.scenes import place, told
from operations import backups, databases
from operations.backups import Backup, backups_in, make_backup, read
from operations.exceptions import OperationRefused
from operations.models import Figure
from operations.restoring import rehearse, restore
from orders.models import Order

ON_DISK = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place_of_backups(settings: Any, tmp_path: Path) -> Path:
    settings.BACKUP_DIR = tmp_path / "backups"
    return settings.BACKUP_DIR


@pytest.fixture
def photo(settings: Any) -> Path:
    file = Path(settings.MEDIA_ROOT) / "photos/teapot.jpg"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"a teapot")
    return file


def back_up(place: Path, **options: Any) -> Backup:
    return make_backup(place, **({"now": timezone.now(), "keep": 3} | options))


@ON_DISK
def test_what_was_backed_up_comes_back_as_it_was_and_nothing_else(
    place_of_backups: Path, photo: Path
) -> None:
    offer = make_offer(stock=5)
    before = place(offer)["id"]
    backup = back_up(place_of_backups)
    place(offer)
    photo.write_bytes(b"another picture")

    with pytest.raises(OperationRefused, match=r"not empty.*orders_order"):
        restore(backup)
    assert Order.objects.count() == 2
    number = restore(backup, is_forced=True)

    assert number == 1
    assert list(Order.objects.values_list("pk", flat=True)) == [before]
    assert Offer.objects.get().stock == 4
    assert photo.read_bytes() == b"a teapot"
    # It is a shop that works: triggers, sequences and constraints came along.
    place(offer)
    assert (Order.objects.count(), Offer.objects.get().stock) == (2, 3)


@ON_DISK
def test_a_rehearsal_audits_the_backup_and_leaves_nothing_behind(
    place_of_backups: Path, photo: Path
) -> None:
    offer = make_offer(stock=5)
    place(offer)
    told()
    Offer.objects.update(stock=3)  # past the ledger
    backup = back_up(place_of_backups)
    correct_stock(offer_id=offer.pk, delta=2, document="after the backup")

    rows = {row["name"]: row for row in rehearse(backup)}

    assert len(rows) == 13
    broken = {name: row["examples"] for name, row in rows.items() if row["broken"]}
    assert broken == {"stock-is-its-ledger": [f"offer {offer.pk}"]}
    assert Offer.objects.get().stock == 5
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname LIKE '%rehearsal'")
            assert cursor.fetchone() is None


@ON_DISK
def test_a_database_that_cannot_be_loaded_stands_as_it_was(
    place_of_backups: Path,
) -> None:
    make_offer(stock=5)
    backup = back_up(place_of_backups)
    file = backup.database
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])

    with pytest.raises(OperationRefused, match="checksum differs"):
        restore(backup, is_forced=True)
    if connection.vendor == "postgresql":  # half an archive must not be committed
        with pytest.raises(OperationRefused, match="stands as it was"):
            databases.load(file, databases.own())

    assert Offer.objects.get().stock == 5


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the database's own programs."""
    monkeypatch.setattr(databases, "dump", lambda file: file.write_text("rows"))


@pytest.mark.django_db
@pytest.mark.usefixtures("quick")
def test_the_newest_remain_and_leftovers_go(place_of_backups: Path) -> None:
    now = timezone.now()
    old = place_of_backups / f"{backups.PARTIAL}2020"
    (place_of_backups / "not ours").mkdir(parents=True)
    made = [
        back_up(place_of_backups, now=now + timedelta(hours=hour), keep=2).folder.name
        for hour in range(4)
    ]
    old.mkdir()

    backups.prune(place_of_backups, now=now + timedelta(days=2), keep=2)

    assert [backup.folder.name for backup in backups_in(place_of_backups)] == [
        made[3],
        made[2],
    ]
    assert {path.name for path in place_of_backups.iterdir()} == {*made[2:], "not ours"}
    mark = Figure.objects.get(name="backup at").value
    assert abs(float(mark) - (now + timedelta(hours=3)).timestamp()) < 1


@pytest.mark.django_db
@pytest.mark.usefixtures("quick")
def test_a_backup_that_breaks_off_is_none(
    place_of_backups: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*arguments: Any) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(backups, "_pack", full)

    with pytest.raises(CommandError, match="No space left"):
        call_command("backup")

    assert list(place_of_backups.iterdir()) == []
    assert not Figure.objects.filter(name="backup at").exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("quick")
def test_only_the_owner_can_read_a_backup(place_of_backups: Path) -> None:
    backup = back_up(place_of_backups)

    assert place_of_backups.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in backup.folder.iterdir()} == {0o600}


@pytest.mark.django_db
@pytest.mark.usefixtures("quick")
def test_what_is_no_backup_of_this_shop_is_refused(place_of_backups: Path) -> None:
    backup = back_up(place_of_backups)
    manifest = backup.folder / "manifest.json"
    good = json.loads(manifest.read_text())

    for change in ({"format": 2}, {"files": {}}, {"made_at": "yesterday"}):
        manifest.write_text(json.dumps(good | change))
        with pytest.raises(OperationRefused, match="no backup of ours"):
            read(backup.folder)
    manifest.write_text(json.dumps(good | {"engine": "oracle"}))
    with pytest.raises(OperationRefused, match="is of oracle"):
        restore(read(backup.folder))
    files = {"files": {"../x": {"sha256": "", "bytes": 1}}}
    manifest.write_text(json.dumps(good | files))
    with pytest.raises(OperationRefused, match="damaged"):
        restore(read(backup.folder))
    with pytest.raises(CommandError, match="no backup of ours"):
        call_command("restore", "none")
