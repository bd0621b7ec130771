"""The admin's desk: people."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from accounts.models import (
    Address,
    ApiKey,
    Brake,
    Customer,
    SecurityEvent,
    Session,
    User,
)
from accounts.services import close_doors


@admin.register(User)
class AccountAdmin(UserAdmin, ModelAdmin[User]):
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "email", "is_partner", "is_staff", "confirmed_at")
    list_filter = ("is_partner", "is_staff", "is_active", "must_confirm")
    search_fields = ("username", "email", "first_name", "last_name")
    ordering = ("-pk",)
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        *UserAdmin.fieldsets,  # type: ignore[misc]
        ("Store", {"fields": ("is_partner", "must_confirm", "confirmed_at")}),
    )

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


@admin.register(Customer)
class CustomerAdmin(ModelAdmin[Customer]):
    list_display = ("pk", "first_name", "last_name", "email", "user", "created_at")
    list_select_related = ("user",)
    search_fields = ("email", "first_name", "last_name", "phone")
    readonly_fields = ("token", "user", "created_at")


class NotAdded:
    """Rows that come about by what people do, not by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Session)
class SessionAdmin(NotAdded, ModelAdmin[Session]):
    list_display = ("user", "user_agent", "created_at", "expires_at", "revoked_at")
    list_select_related = ("user",)
    list_filter = ("revoked_because",)
    search_fields = ("user__username", "user__email")
    readonly_fields = [field.name for field in Session._meta.fields]


@admin.register(ApiKey)
class ApiKeyAdmin(NotAdded, ModelAdmin[ApiKey]):
    list_display = ("user", "generation", "created_at")
    list_select_related = ("user",)
    readonly_fields = ("user", "generation", "digest", "created_at")


@admin.register(Brake)
class BrakeAdmin(NotAdded, ModelAdmin[Brake]):
    """Deleting a row lets its owner try again at once."""

    list_display = ("key", "count", "ends_at")
    search_fields = ("key",)
    readonly_fields = ("key", "count", "ends_at")


@admin.register(SecurityEvent)
class SecurityEventAdmin(NotAdded, ModelAdmin[SecurityEvent]):
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
class AddressAdmin(ModelAdmin[Address]):
    list_display = ("user", "city", "address", "is_default")
    list_select_related = ("user",)
    search_fields = ("user__username", "user__email", "address")
    autocomplete_fields = ("user",)
