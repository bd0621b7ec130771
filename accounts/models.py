"""Who people are: facts and constraints."""

import uuid
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.querysets import AccountManager, CustomerQuerySet, SessionQuerySet


class Role(models.TextChoices):
    """Groups of staff; what each may do stands in `config/roles.py`."""

    CLERK = "Order clerk", _("Order clerk")
    EDITOR = "Catalogue editor", _("Catalogue editor")
    INTEGRATOR = "Integrator", _("Integrator")
    OWNER = "Owner", _("Owner")

    @classmethod
    def of_v1(cls) -> "tuple[Role, ...]":
        """The groups that together may do whatever v1 lets staff do."""
        return (cls.CLERK, cls.EDITOR, cls.INTEGRATOR)


class User(AbstractUser):
    """Signs in by e-mail or username, both unique without regard to case."""

    # As long as an address, which is the username of who does not choose one.
    username = models.CharField(max_length=254, unique=True)
    email = models.EmailField("e-mail", max_length=254)
    must_confirm = models.BooleanField(
        default=False,
        help_text="The address has to be confirmed before the owner can sign in.",
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    is_partner = models.BooleanField(
        "partner", default=False, help_text="May upload price lists for own shops."
    )
    # Asked for, and not confirmed yet.
    new_email = models.EmailField("new e-mail", max_length=254, blank=True)
    # A guest's customer token, bound when the address is confirmed.
    pending_guest = models.UUIDField(null=True, blank=True, editable=False)
    # Part of every signed link; counting up makes the links sent so far useless.
    link_counter = models.PositiveIntegerField(default=0, editable=False)

    objects: ClassVar = AccountManager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="user_email_unique"),
            models.UniqueConstraint(Lower("username"), name="user_username_unique"),
        ]

    def get_session_auth_hash(self) -> str:
        """What the admin's sessions hang on: they end with the password, as links do,
        and when all doors of the account are closed."""
        facts = f"{self.password}:{self.link_counter}"
        return salted_hmac("accounts.desk", facts, algorithm="sha256").hexdigest()

    @property
    def may_sign_in(self) -> bool:
        """True unless the address still has to be confirmed."""
        return not self.must_confirm or self.confirmed_at is not None


class Customer(models.Model):
    """Whoever buys, guest or not. The token is a guest's only credential."""

    token = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="customer"
    )
    first_name = models.CharField(max_length=150, blank=True)
    last_name = models.CharField(max_length=150, blank=True)
    email = models.EmailField("e-mail", max_length=254, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CustomerQuerySet.as_manager()

    def __str__(self) -> str:
        return self.email or f"guest {self.pk}"


class Session(models.Model):
    """One sign-in on one device; refresh tokens rotate inside it (the family)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    # `jti` of the refresh token in force, and of its parent during the grace.
    refresh_jti = models.CharField(max_length=32)
    parent_jti = models.CharField(max_length=32, blank=True)
    # `iat` of the token in force: with it the grace can repeat the very same token.
    rotated_at = models.DateTimeField()
    user_agent = models.CharField(max_length=255, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # To within five minutes: not every request writes.
    last_used_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_because = models.CharField(max_length=30, blank=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["user", "revoked_at"], name="session_of_user"),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.created_at:%Y-%m-%d}"


class SecurityEvent(models.Model):
    """Something about an account that its owner or staff may want to know."""

    class Kind(models.TextChoices):
        REFRESH_REUSED = "refresh-reused"
        PASSWORD_CHANGED = "password-changed"  # noqa: S105 - a name, no secret
        PASSWORD_RESET = "password-reset"  # noqa: S105 - a name, no secret
        EMAIL_CHANGED = "email-changed"
        KEY_REPLACED = "key-replaced"
        KEY_REVOKED = "key-revoked"
        BRAKED = "braked"
        SECOND_STEP_SET = "second-step-set"
        SECOND_STEP_REMOVED = "second-step-removed"
        RECOVERY_CODE_USED = "recovery-code-used"

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="security_events"
    )
    kind = models.CharField(max_length=20, choices=Kind.choices)
    session = models.ForeignKey(
        Session, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    was = models.CharField(
        max_length=254, blank=True, help_text="What was changed: the old address."
    )
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["user", "-at"], name="security_event_of_user"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.user}"


class Address(models.Model):
    """A line of an account's address book; one of them is the default."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="addresses")
    first_name = models.CharField(max_length=150)
    last_name = models.CharField(max_length=150)
    phone = models.CharField(max_length=30)
    country = models.CharField(max_length=100, blank=True)
    city = models.CharField(max_length=100)
    postal_code = models.CharField(max_length=20, blank=True)
    address = models.CharField(max_length=255)
    is_default = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "addresses"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(is_default=True),
                name="one_default_address",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.address}, {self.city}"


class ApiKey(models.Model):
    """The opaque `Token <key>` credential of an account, replaceable.

    The key itself is never stored: it is derived from the server's secret, the
    account and `generation`, and recognised by its SHA-256 (null once revoked).
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="api_key")
    generation = models.PositiveIntegerField(default=1)
    digest = models.CharField(max_length=64, unique=True, null=True, blank=True)
    created_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.user}"


class Brake(models.Model):
    """How often something was tried within the current window of time."""

    key = models.CharField(max_length=160, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.key}: {self.count}"
