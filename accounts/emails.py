"""Letters about accounts. Each is a task, enqueued with the change that causes it."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django_tasks import task

from accounts import tokens
from accounts.models import User


@task()
def send_confirmation(user_id: int) -> None:
    """The link that confirms an address."""
    user = User.objects.get(pk=user_id)
    token = tokens.link(user, "confirm")
    link = f"{settings.PUBLIC_URL}/confirm-email/?token={token}"
    _send(user, "confirmation", "Confirm your e-mail address", {"link": link})


@task()
def send_already_registered(user_id: int) -> None:
    """Somebody tried to register an address that has an account."""
    user = User.objects.get(pk=user_id)
    _send(user, "already_registered", "You already have an account", {})


def _send(user: User, template: str, subject: str, facts: dict[str, str]) -> None:
    context = {"user": user, "store": settings.STORE_NAME, **facts}
    letter = EmailMultiAlternatives(
        subject=f"{subject} · {settings.STORE_NAME}",
        body=render_to_string(f"accounts/{template}.txt", context),
        to=[user.email],
    )
    html = render_to_string(f"accounts/{template}.html", context)
    letter.attach_alternative(html, "text/html")
    letter.send()
