"""The admin's desk: how staff come in, by password and, if set, a second step."""

from typing import Any
from urllib.parse import urlencode

import segno
from django import forms
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from unfold.forms import AuthenticationForm
from unfold.sites import UnfoldAdminSite
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.exceptions import CodeRefused, TooManyAttempts
from accounts.models import User
from accounts.services import (
    app_address,
    app_text,
    check_code,
    new_app_key,
    remove_second_step,
    replace_recovery_codes,
    second_step_of,
    set_second_step,
)

# In the session: the app by whose code it was opened; the secret of one being set.
OPENED_BY, KEY = "second_step", "app_key"


def braked(refusal: TooManyAttempts) -> str:
    """When to try again, in words."""
    minutes = int(refusal.retry_after.total_seconds() // 60) + 1
    text = ngettext(
        "Too many attempts. Try again in %(minutes)s minute.",
        "Too many attempts. Try again in %(minutes)s minutes.",
        minutes,
    )
    return text % {"minutes": minutes}


class SignInForm(AuthenticationForm):
    """Tells a wrong password from a brake that holds."""

    def get_invalid_login_error(self) -> ValidationError:
        refusal = getattr(self.request, "braked", None)
        if refusal is not None:
            return ValidationError(braked(refusal), code="braked")
        return super().get_invalid_login_error()


class CodeForm(forms.Form):
    """One code, and what to do with it."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        widget=UnfoldAdminTextInputWidget(
            attrs={
                "autocomplete": "one-time-code",
                "autofocus": "",
                "inputmode": "text",
                "spellcheck": "false",
            }
        ),
    )


class DeskSite(UnfoldAdminSite):
    """Closed until the second step is done, for whom it is set or required."""

    login_form = SignInForm

    def has_permission(self, request: HttpRequest) -> bool:
        return self._knows_password(request) and not self._lacks_step(request)

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if request.method == "GET" and self._knows_password(request):
            return redirect(self._next_of(request, "admin:second-step"))
        return super().login(request, extra_context)

    def get_urls(self) -> list[Any]:
        secret = sensitive_post_parameters("code")
        return [
            path(
                "second-step/",
                never_cache(secret(self.second_step)),
                name="second-step",
            ),
            path("two-step/", never_cache(secret(self.two_step)), name="two-step"),
            *super().get_urls(),
        ]

    def second_step(self, request: HttpRequest) -> HttpResponse:
        """Ask for the code, once the password was right."""
        if not self._knows_password(request):
            return redirect("admin:login")
        if request.POST.get("deed") == "sign-out":
            logout(request)
            return redirect("admin:login")
        if not self._lacks_step(request):
            return redirect(self._target(request))
        user = _user(request)
        if second_step_of(user) is None:
            return redirect(self._next_of(request, "admin:two-step"))
        form = CodeForm(request.POST or None)
        if form.is_valid() and _accept(request, form):
            return redirect(self._target(request))
        return self._page(request, "second_step", form=form, title=_("Second step"))

    def two_step(self, request: HttpRequest) -> HttpResponse:
        """Set the second step, make new recovery codes, or do without it again."""
        if not self._knows_password(request):
            return redirect("admin:login")
        user = _user(request)
        if second_step_of(user) is None:
            return self._set_up(request, user)
        if self._lacks_step(request):
            return redirect("admin:second-step")
        form = CodeForm(request.POST or None)
        facts: dict[str, Any] = {"may_remove": settings.STAFF_TOTP != "required"}
        if form.is_valid() and _accept(request, form):
            if request.POST.get("deed") == "codes":
                facts["codes"] = replace_recovery_codes(user=user)
            elif request.POST.get("deed") == "remove" and facts["may_remove"]:
                remove_second_step(user=user, now=timezone.now())
                return redirect("admin:index")
        return self._page(request, "two_step", form=form, **facts)

    def _set_up(self, request: HttpRequest, user: User) -> HttpResponse:
        key = request.session.setdefault(KEY, new_app_key())
        form = CodeForm(request.POST or None)
        if form.is_valid():
            try:
                codes = set_second_step(
                    user=user,
                    key=key,
                    code=form.cleaned_data["code"],
                    now=timezone.now(),
                )
            except (CodeRefused, TooManyAttempts) as refusal:
                form.add_error("code", _sentence(refusal))
            else:
                del request.session[KEY]
                _open(request)
                return self._page(request, "two_step", codes=codes)
        image = segno.make(app_address(user, key)).svg_inline(scale=5, border=4)
        qr = mark_safe(image)  # noqa: S308 - drawn by segno from our own text
        facts = {"form": form, "qr": qr, "key": app_text(key)}
        return self._page(request, "two_step", **facts)

    def _page(self, request: HttpRequest, name: str, **facts: Any) -> HttpResponse:
        context = self.each_context(request) | {
            "title": _("Two-step sign-in"),
            REDIRECT_FIELD_NAME: self._asked(request),
            **facts,
        }
        return TemplateResponse(request, f"admin/{name}.html", context)

    def _knows_password(self, request: HttpRequest) -> bool:
        return super().has_permission(request)

    def _lacks_step(self, request: HttpRequest) -> bool:
        """Whether this session has still to show a code; asked once a request."""
        known = getattr(request, "lacks_step", None)
        if known is None:
            app = second_step_of(_user(request))
            opened_by = request.session.get(OPENED_BY)
            known = (
                settings.STAFF_TOTP == "required"
                if app is None
                else opened_by != app.pk
            )
            request.lacks_step = known  # type: ignore[attr-defined]
        return known

    def _asked(self, request: HttpRequest) -> str:
        name = REDIRECT_FIELD_NAME
        return request.POST.get(name, request.GET.get(name, ""))

    def _target(self, request: HttpRequest) -> str:
        """Where they wanted to go, if it is here."""
        asked = self._asked(request)
        hosts = {request.get_host()}
        if url_has_allowed_host_and_scheme(asked, hosts, request.is_secure()):
            return asked
        return reverse("admin:index")

    def _next_of(self, request: HttpRequest, name: str) -> str:
        query = urlencode({REDIRECT_FIELD_NAME: self._asked(request)})
        return f"{reverse(name)}?{query}"


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - has_permission looked
    return request.user


def _accept(request: HttpRequest, form: CodeForm) -> bool:
    """Check the form's code and open the session by it, or say why not."""
    code = form.cleaned_data["code"]
    try:
        check_code(user=_user(request), code=code, now=timezone.now())
    except (CodeRefused, TooManyAttempts) as refusal:
        form.add_error("code", _sentence(refusal))
        return False
    _open(request)
    return True


def _open(request: HttpRequest) -> None:
    app = second_step_of(_user(request))
    request.session.cycle_key()
    request.session[OPENED_BY] = app.pk if app else None
    request.lacks_step = False  # type: ignore[attr-defined]


def _sentence(refusal: CodeRefused | TooManyAttempts) -> str:
    if isinstance(refusal, TooManyAttempts):
        return braked(refusal)
    return gettext("This code is wrong, or was used before. Wait for the next one.")
