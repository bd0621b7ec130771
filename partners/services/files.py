"""The bytes of a list: kept in the database a mebibyte a row, read back as a file."""

import hashlib
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import BinaryIO

from django.conf import settings

from accounts.models import User
from partners.exceptions import NotAPartner, PriceListTooLarge
from partners.models import PriceList, PriceListPart

PART = 1 << 20


def keep_file(
    *, user: User | None, content: bytes | Iterable[bytes] | None, source: str
) -> PriceList:
    """Keep a partner's file, or an operator's where `user` is None.

    Raises NotAPartner, PriceListTooLarge. Call it in a transaction.
    """
    if user is not None and not (user.is_partner or _is_trusted(user)):
        raise NotAPartner
    file = PriceList.objects.create(uploaded_by=user, source=source, content=b"")
    if content is not None:  # else it is fetched later
        fill_file(file, content)
    return file


def fill_file(file: PriceList, content: bytes | Iterable[bytes]) -> None:
    """Write the bytes of a file that has none yet. Raises PriceListTooLarge."""
    checksum = hashlib.sha256()
    size = 0
    for number, part in enumerate(_parts(content)):
        checksum.update(part)
        size += len(part)
        if size > settings.PRICE_LIST_BYTES_LIMIT:
            raise PriceListTooLarge(settings.PRICE_LIST_BYTES_LIMIT)
        if number == 0:
            file.content = part
        else:
            PriceListPart.objects.create(price_list=file, number=number, content=part)
    file.checksum = checksum.hexdigest()
    file.save(update_fields=["content", "checksum"])


def _is_trusted(user: User) -> bool:
    return user.is_staff and user.has_perm("partners.add_pricelist")


def checksum_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _parts(content: bytes | Iterable[bytes]) -> Iterator[bytes]:
    """The content in parts of one mebibyte; the last one may be smaller."""
    waiting = b""
    for piece in [content] if isinstance(content, bytes) else content:
        waiting += piece
        while len(waiting) > PART:
            yield waiting[:PART]
            waiting = waiting[PART:]
    yield waiting


@contextmanager
def opened(file: PriceList) -> Iterator[BinaryIO]:
    """The kept bytes as a file on disk, gone afterwards."""
    parts = file.parts.order_by("number").values_list("content", flat=True)
    with tempfile.TemporaryFile() as copy:
        for part in chain([file.content], parts.iterator(chunk_size=1)):
            copy.write(part)
        copy.flush()
        copy.seek(0)
        yield copy
