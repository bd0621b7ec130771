"""Letters about accounts. Each is a task, enqueued with the change that causes it."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django_tasks import task

from accounts import tokens
from accounts.devices import device
from accounts.models import SecurityEvent, Session, User

CONFIRMATION_PAGE = "confirm-email/?token={token}"


@task()
def send_confirmation(user_id: int, page: str = CONFIRMATION_PAGE) -> None:
    """The link that confirms an address; `page` is its path on our site.

    `{user}` in it becomes the account's id, `{token}` the proof.
    """
    user = User.objects.get(pk=user_id)
    path = page.format(user=user.pk, token=tokens.link(user, "confirm"))
    link = f"{settings.PUBLIC_URL}/{path}"
    _send("confirmation", "Confirm your e-mail address", user, link=link)


@task()
def send_already_registered(user_id: int) -> None:
    """Somebody tried to use an address that has an account."""
    user = User.objects.get(pk=user_id)
    _send("already_registered", "You already have an account", user)


@task()
def send_reset(user_id: int) -> None:
    """The link that sets a new password."""
    user = User.objects.get(pk=user_id)
    link = _page("reset-password", tokens.link(user, "reset"))
    _send("reset", "Set a new password", user, link=link)


@task()
def send_email_change(user_id: int) -> None:
    """The link that takes over a new address, sent to that address."""
    user = User.objects.get(pk=user_id)
    if user.new_email:
        link = _page("change-email", tokens.link(user, "change-email", user.new_email))
        subject = "Confirm your new e-mail address"
        _send("email_change", subject, user, to=user.new_email, link=link)


@task()
def send_email_changed(event_id: int) -> None:
    """To the old address: the account has another one now."""
    event = SecurityEvent.objects.select_related("user").filter(pk=event_id).first()
    if event is not None:  # else the account was deleted meanwhile
        subject = "Your e-mail address was changed"
        _send("email_changed", subject, event.user, to=event.was)


@task()
def send_session_stolen(session_id: str) -> None:
    """A used refresh token came back: the session was ended, its owner should know."""
    session = Session.objects.select_related("user").filter(pk=session_id).first()
    if session is not None:  # else the account was deleted meanwhile
        subject, name = "A device was signed out for your safety", session.user_agent
        _send("session_stolen", subject, session.user, device=device(name))


def _page(path: str, token: str) -> str:
    return f"{settings.PUBLIC_URL}/{path}/?token={token}"


def _send(template: str, subject: str, user: User, to: str = "", **facts: str) -> None:
    context = {"user": user, "store": settings.STORE_NAME, **facts}
    letter = EmailMultiAlternatives(
        subject=f"{subject} · {settings.STORE_NAME}",
        body=render_to_string(f"accounts/{template}.txt", context),
        to=[to or user.email],
    )
    html = render_to_string(f"accounts/{template}.html", context)
    letter.attach_alternative(html, "text/html")
    letter.send()
