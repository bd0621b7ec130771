"""Backups: database, media and a manifest, in a folder that is whole or not there."""

import hashlib
import json
import os
import shutil
import tarfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from operations import databases
from operations.exceptions import OperationRefused
from operations.services import mark_backup

MANIFEST, MEDIA, FORMAT = "manifest.json", "media.tar", 1
NAME = "%Y-%m-%dT%H%M%SZ"
PARTIAL = ".partial-"


@dataclass(frozen=True)
class Backup:
    """One that was finished; `files` are their sizes and sums."""

    folder: Path
    made_at: datetime
    engine: str
    files: dict[str, dict[str, Any]]

    @property
    def database(self) -> Path:
        return self.folder / next(name for name in self.files if name != MEDIA)

    @property
    def bytes(self) -> int:
        return sum(file["bytes"] for file in self.files.values())


def make_backup(folder: Path, *, now: datetime, keep: int) -> Backup:
    """Write a backup of everything into `folder`, then remove the oldest beyond `keep`.

    The database first: what it names among the media is there when they are read.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = now.astimezone(UTC).strftime(NAME)
    if (folder / name).exists():
        raise OperationRefused(f"{folder / name} is there already.")
    partial = folder / f"{PARTIAL}{name}"
    partial.mkdir(mode=0o700)
    try:
        databases.dump(partial / databases.file_name())
        if isinstance(default_storage, FileSystemStorage):
            _pack(Path(default_storage.location), partial / MEDIA)
        _write_manifest(partial, now)
        partial.rename(folder / name)
        _sync(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    mark_backup(now)
    prune(folder, now=now, keep=keep)
    return read(folder / name)


def backups_in(folder: Path) -> list[Backup]:
    """The finished ones, newest first."""
    if not folder.is_dir():
        return []
    names = sorted((path.parent for path in folder.glob(f"*/{MANIFEST}")), reverse=True)
    return [read(path) for path in names if not path.name.startswith(PARTIAL)]


def read(folder: Path) -> Backup:
    """The backup in this folder; refuses what is none."""
    try:
        told = json.loads((folder / MANIFEST).read_text())
        made_at = datetime.fromisoformat(told["made_at"])
        files = {str(name): dict(file) for name, file in told["files"].items()}
        if told["format"] != FORMAT or not files:
            raise ValueError
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        raise OperationRefused(f"{folder} is no backup of ours.") from None
    return Backup(folder, made_at, told["engine"], files)


def verify(backup: Backup) -> None:
    """Refuse a backup with a file that is not what it was."""
    for name, file in backup.files.items():
        path = backup.folder / name
        if "/" in name or not path.is_file() or _sum(path) != file["sha256"]:
            raise OperationRefused(f"{path} is damaged: its checksum differs.")


def prune(folder: Path, *, now: datetime, keep: int) -> None:
    """Remove the oldest beyond `keep`, and what was left unfinished a day ago."""
    for backup in backups_in(folder)[max(keep, 1) :]:
        shutil.rmtree(backup.folder)
    long_ago = (now - timedelta(days=1)).timestamp()
    for path in folder.glob(f"{PARTIAL}*"):
        if path.stat().st_mtime < long_ago:
            shutil.rmtree(path)


def unpack_media(backup: Backup, place: Path) -> int:
    """The media of a backup into `place`, beside what is there; returns how many."""
    if MEDIA not in backup.files:
        return 0
    with tarfile.open(backup.folder / MEDIA) as archive:
        members = [member for member in archive if member.isfile()]
        archive.extractall(place, members, filter="data")
    return len(members)


def media_names(backup: Backup) -> set[str] | None:
    """Names of the media in a backup; None if they are kept elsewhere."""
    if MEDIA not in backup.files:
        return None
    with tarfile.open(backup.folder / MEDIA) as archive:
        return {member.name for member in archive}


def _pack(media: Path, file: Path) -> None:
    with tarfile.open(file, "w") as archive:
        for path in sorted(media.rglob("*")):
            # A photo removed meanwhile is no fault.
            if path.is_file():
                archive.add(path, path.relative_to(media).as_posix(), recursive=False)


def _write_manifest(folder: Path, now: datetime) -> None:
    files = {
        path.name: {"bytes": path.stat().st_size, "sha256": _sum(path)}
        for path in sorted(folder.iterdir())
    }
    manifest = {
        "format": FORMAT,
        "made_at": now.astimezone(UTC).isoformat(),
        "store": settings.STORE_NAME,
        "engine": connection.vendor,
        "migrations": len(MigrationRecorder(connection).applied_migrations()),
        "files": files,
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n")
    for path in folder.iterdir():
        path.chmod(0o600)
        _sync(path)


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    """The name of a backup must not reach the disk before what is in it."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
