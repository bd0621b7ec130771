"""For people: the pages behind links in letters.

Opening a page changes nothing, so that mail scanners do not use a link up; its button
does.
"""

from abc import ABC, abstractmethod
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views import View

from accounts.exceptions import FieldRefused, TokenInvalid
from accounts.services import complete_reset, confirm_email, confirm_email_change


class LinkPage(ABC, View):
    """A page with one button; subclasses say what it does."""

    title = done = button = ""
    asks_password = False

    @abstractmethod
    def act(self, token: str, request: HttpRequest) -> None:
        """Do what the link is for; raises TokenInvalid, FieldRefused."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show(request, token=request.GET.get("token", ""))

    def post(self, request: HttpRequest) -> HttpResponse:
        token = request.POST.get("token", "")
        try:
            self.act(token, request)
        except TokenInvalid:
            return self._show(request, status=400, failed=True)
        except FieldRefused as refusal:
            return self._show(
                request, status=400, token=token, refusals=refusal.messages
            )
        return self._show(request, is_done=True)

    def _show(
        self, request: HttpRequest, status: int = 200, **facts: Any
    ) -> HttpResponse:
        context = {"page": self, **facts}
        return render(request, "accounts/link_page.html", context, status=status)


class ConfirmEmailPage(LinkPage):
    title = "Confirm your e-mail address"
    button = "Confirm"
    done = "Your address is confirmed. You can sign in now."

    def act(self, token: str, request: HttpRequest) -> None:
        confirm_email(token=token, now=timezone.now())


class ChangeEmailPage(LinkPage):
    title = "Confirm your new e-mail address"
    button = "Confirm"
    done = "This is your address now."

    def act(self, token: str, request: HttpRequest) -> None:
        confirm_email_change(token=token, now=timezone.now())


class ResetPasswordPage(LinkPage):
    title = "Choose a new password"
    button = "Set the password"
    done = "Your password is set. Sign in with it; all devices were signed out."
    asks_password = True

    def act(self, token: str, request: HttpRequest) -> None:
        password = request.POST.get("password", "")
        complete_reset(token=token, password=password, now=timezone.now())
