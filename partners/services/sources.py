"""Lists that lie at an address: fetched once, or again and again for a shop."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop
from django_tasks import task

from accounts.exceptions import AddressRefused, Unreachable
from accounts.models import User
from accounts.outbound import Answer, call, check_address
from catalog.models import Shop
from partners.exceptions import NotAPartner, PriceListTooLarge
from partners.models import PriceListSource
from partners.services.files import checksum_of
from partners.services.runs import submit_price_list

NOT_MODIFIED = 304


@transaction.atomic
def set_source(
    *, shop: Shop, user: User, url: str, every_hours: int, now: datetime
) -> PriceListSource:
    """Fetch the shop's list from an address, now and every so many hours.

    It is fetched and applied as `user`. Raises AddressRefused.
    """
    check_address(url)
    source, _ = PriceListSource.objects.update_or_create(
        shop=shop,
        defaults={
            "user": user,
            "url": url,
            "every_hours": every_hours,
            "next_at": now,
            "etag": "",
            "last_modified": "",
            "checksum": "",
            "failures": 0,
            "problem": "",
        },
    )
    fetch_source.enqueue(source.pk, now.isoformat())
    return source


def drop_source(*, shop: Shop) -> None:
    """Fetch no more; fetched lists stay."""
    PriceListSource.objects.filter(shop=shop).delete()


@task()
def fetch_source(source_id: int, due: str) -> None:
    """Fetch a list that is due, submit it if it changed, and plan the next time.

    One that was fetched already, set anew or dropped is left alone.
    """
    at = datetime.fromisoformat(due)
    source = PriceListSource.objects.filter(pk=source_id, next_at=at).first()
    if source is None:
        return
    answer, problem = _ask(source)
    with transaction.atomic():
        mine = PriceListSource.objects.filter(pk=source_id, next_at=at)
        locked = mine.select_for_update().select_related("user").first()
        if locked is not None:
            _take(locked, answer, problem, timezone.now())


def _ask(source: PriceListSource) -> tuple[Answer | None, str]:
    """The answer, or what went wrong; asks only for what is not known already."""
    known = {"If-None-Match": source.etag, "If-Modified-Since": source.last_modified}
    headers = {name: value for name, value in known.items() if value}
    try:
        answer = call(source.url, headers=headers)
    except AddressRefused as refusal:
        return None, refusal.reason
    except Unreachable:
        return None, UNREACHABLE
    return (answer, "") if answer.status in {200, NOT_MODIFIED} else (None, UNREACHABLE)


UNREACHABLE = gettext_noop("The address did not answer with a list.")


def _take(
    source: PriceListSource, answer: Answer | None, problem: str, now: datetime
) -> None:
    source.next_at = now + timedelta(hours=source.every_hours)
    if answer is not None and answer.status != NOT_MODIFIED:
        checksum = checksum_of(answer.body)
        if checksum != source.checksum:
            problem = _submit(source, answer)
        if not problem:
            source.checksum = checksum
            source.etag = answer.headers.get("etag", "")[:255]
            source.last_modified = answer.headers.get("last-modified", "")[:64]
    source.problem = problem
    source.failures = source.failures + 1 if problem else 0
    if not problem:
        source.fetched_at = now
    source.save()
    later = fetch_source.using(run_after=source.next_at)
    later.enqueue(source.pk, source.next_at.isoformat())


def _submit(source: PriceListSource, answer: Answer) -> str:
    """Queue the list that was fetched; returns what is wrong with it, if anything."""
    try:
        with transaction.atomic():
            submit_price_list(user=source.user, content=answer.body, source=source.url)
    except PriceListTooLarge:
        return gettext_noop("The list is larger than the store takes.")
    except NotAPartner:
        return gettext_noop("The account that set the address sends no lists any more.")
    source.changed_at = timezone.now()
    return ""
