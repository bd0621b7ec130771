"""The admin's desk: people."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.paginator import InfinitePaginator

from accounts.models import (
    Address,
    ApiKey,
    Brake,
    Customer,
    Role,
    SecurityEvent,
    Session,
    User,
)
from accounts.services import (
    close_doors,
    remove_second_step,
    revoke_key,
    revoke_sessions,
)


class Uncounted:
    """Lists that may be long: their pages follow each other, and nothing is counted."""

    paginator = InfinitePaginator
    show_full_result_count = False


RIGHTS = {
    "add": _("may add"),
    "change": _("may change"),
    "delete": _("may delete"),
    "view": _("may view"),
}


def in_words(field: Any) -> Any:
    """Roles and rights to choose from, in the reader's language."""
    if field is not None:
        field.label_from_instance = _named
    return field


def _named(chosen: Any) -> str:
    if not hasattr(chosen, "content_type"):
        return gettext(chosen.name) if chosen.name in Role.values else chosen.name
    deed = chosen.codename.partition("_")[0]
    return f"{chosen.content_type} | {RIGHTS.get(deed, chosen.name)}"


@admin.register(User)
class AccountAdmin(Uncounted, UserAdmin, ModelAdmin[User]):
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "email", "is_partner", "is_staff", "confirmed_at")
    list_filter = ("is_partner", "is_staff", "is_active", "must_confirm")
    search_fields = ("username", "email", "first_name", "last_name")
    ordering = ("-pk",)
    readonly_fields = ("last_login", "date_joined")
    actions = ("sign_out_everywhere", "drop_second_step")
    fieldsets = (
        *UserAdmin.fieldsets,  # type: ignore[misc]
        (_("Store"), {"fields": ("is_partner", "must_confirm", "confirmed_at")}),
    )

    def formfield_for_manytomany(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        return in_words(field)

    def get_readonly_fields(
        self, request: HttpRequest, obj: User | None = None
    ) -> tuple[str, ...]:
        """Who is no superuser makes none, and hands out roles, not single rights."""
        fixed: tuple[str, ...] = tuple(super().get_readonly_fields(request, obj))
        is_super = getattr(request.user, "is_superuser", False)
        return fixed if is_super else (*fixed, "is_superuser", "user_permissions")

    def has_change_permission(
        self, request: HttpRequest, obj: User | None = None
    ) -> bool:
        return super().has_change_permission(request, obj) and _within(request, obj)

    def has_delete_permission(
        self, request: HttpRequest, obj: User | None = None
    ) -> bool:
        return super().has_delete_permission(request, obj) and _within(request, obj)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """No deleting in bulk: a superuser might be among them."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    @admin.action(description=_("Sign out everywhere"), permissions=["change"])
    def sign_out_everywhere(self, request: HttpRequest, users: QuerySet[User]) -> None:
        for user in users.order_by("pk"):
            if _within(request, user):
                close_doors(user, "revoked", timezone.now())
                text = gettext("%(user)s is signed out everywhere.") % {"user": user}
                self.message_user(request, text)

    @admin.action(description=_("Remove the second step"), permissions=["change"])
    def drop_second_step(self, request: HttpRequest, users: QuerySet[User]) -> None:
        for user in users.order_by("pk"):
            if _within(request, user) and remove_second_step(
                user=user, now=timezone.now()
            ):
                text = gettext("%(user)s signs in by password alone now.")
                self.message_user(request, text % {"user": user})

    def user_change_password(
        self, request: HttpRequest, id: str, form_url: str = ""
    ) -> HttpResponse:
        """A password that staff set ends what the old one had opened."""
        response = super().user_change_password(request, id, form_url)
        if request.method == "POST" and response.status_code == 302:
            user = User.objects.get(pk=id)
            close_doors(user, "password", timezone.now())
        return response

    add_fieldsets = (
        (None, {"fields": ("username", "email", "password1", "password2")}),
    )


def _within(request: HttpRequest, user: User | None) -> bool:
    """Whether staff may touch this account: superusers are out of others' reach."""
    is_super = getattr(request.user, "is_superuser", False)
    return is_super or user is None or not user.is_superuser


@admin.register(Customer)
class CustomerAdmin(Uncounted, ModelAdmin[Customer]):
    list_display = ("pk", "first_name", "last_name", "email", "user", "created_at")
    list_select_related = ("user",)
    search_fields = ("email", "first_name", "last_name", "phone")
    ordering = ("-pk",)
    # The token is who a guest is: it is not shown.
    exclude = ("token",)
    readonly_fields = ("user", "created_at")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # orders name it; a person goes by deleting the account


class NotAdded:
    """Rows that come about by what people do, not by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Session)
class SessionAdmin(Uncounted, NotAdded, ModelAdmin[Session]):
    list_display = ("user", "user_agent", "created_at", "expires_at", "revoked_at")
    list_select_related = ("user",)
    list_filter = ("revoked_because",)
    search_fields = ("user__username", "user__email")
    ordering = ("-created_at",)
    actions = ("revoke",)
    # The ids of refresh tokens tell nobody anything.
    exclude = ("refresh_jti", "parent_jti")
    readonly_fields = [
        field.name
        for field in Session._meta.fields
        if field.name not in {"refresh_jti", "parent_jti"}
    ]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # it is revoked instead

    @admin.action(description=_("Revoke: sign these out"), permissions=["change"])
    def revoke(self, request: HttpRequest, sessions: QuerySet[Session]) -> None:
        ended = revoke_sessions(sessions=sessions, now=timezone.now())
        text = gettext("Sessions ended: %(ended)s.") % {"ended": ended}
        self.message_user(request, text)


@admin.register(ApiKey)
class ApiKeyAdmin(NotAdded, ModelAdmin[ApiKey]):
    list_display = ("user", "generation", "created_at")
    list_select_related = ("user",)
    search_fields = ("user__username", "user__email")
    exclude = ("digest",)
    readonly_fields = ("user", "generation", "created_at")
    actions = ("revoke",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # a key made later must be another one

    @admin.action(description=_("Revoke these keys"), permissions=["change"])
    def revoke(self, request: HttpRequest, keys: QuerySet[ApiKey]) -> None:
        for key in keys.select_related("user"):
            revoke_key(user=key.user, now=timezone.now())
        self.message_user(request, gettext("The keys are refused from now on."))


@admin.register(Brake)
class BrakeAdmin(Uncounted, NotAdded, ModelAdmin[Brake]):
    """Deleting a row lets its owner try again at once."""

    list_display = ("key", "count", "ends_at")
    search_fields = ("key",)
    readonly_fields = ("key", "count", "ends_at")
    ordering = ("-count", "key")
    actions = ("release",)

    @admin.action(
        description=_("Release: let them try at once"), permissions=["delete"]
    )
    def release(self, request: HttpRequest, held: QuerySet[Brake]) -> None:
        number = held.delete()[0]
        text = gettext("Brakes released: %(number)s.") % {"number": number}
        self.message_user(request, text)


@admin.register(SecurityEvent)
class SecurityEventAdmin(Uncounted, NotAdded, ModelAdmin[SecurityEvent]):
    """What happened to accounts; append-only."""

    list_display = ("at", "kind", "user")
    list_select_related = ("user",)
    list_filter = ("kind",)
    search_fields = ("user__username", "user__email")
    ordering = ("-at",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Address)
class AddressAdmin(Uncounted, ModelAdmin[Address]):
    list_display = ("user", "city", "address", "is_default")
    list_select_related = ("user",)
    search_fields = ("user__username", "user__email", "address")
    autocomplete_fields = ("user",)
