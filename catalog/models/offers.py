"""One shop sells one product: its price and stock, and the logs of both."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from catalog.models.money import price_field
from catalog.models.named import Shop
from catalog.models.products import Product
from catalog.querysets import OfferQuerySet, PriceChangeQuerySet, StockMovementQuerySet


class Offer(models.Model):
    """One shop sells one product: the sellable item of carts, orders and dialects."""

    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="offers"
    )
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="offers")
    article = models.CharField(
        max_length=255, help_text="The shop's own id for it, unique in the shop."
    )
    model = models.CharField(max_length=255, blank=True)
    regular_price = price_field()
    discount_price = price_field(null=True, blank=True)
    price = models.GeneratedField(
        expression=Coalesce("discount_price", "regular_price"),
        output_field=price_field(),
        db_persist=True,
        help_text="What is paid.",
    )
    recommended_price = price_field(null=True, blank=True)
    stock = models.PositiveIntegerField(
        default=0,
        editable=False,
        help_text="Always the sum of its stock movements.",
    )
    is_withdrawn = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = OfferQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["shop", "article"], name="offer_article_unique_in_shop"
            ),
            models.CheckConstraint(
                condition=Q(stock__gte=0), name="offer_stock_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(regular_price__gt=0), name="offer_price_positive"
            ),
            models.CheckConstraint(
                condition=Q(discount_price__isnull=True)
                | Q(discount_price__gt=0, discount_price__lt=F("regular_price")),
                name="offer_discount_below_regular",
            ),
            models.CheckConstraint(
                condition=Q(recommended_price__isnull=True)
                | Q(recommended_price__gt=0),
                name="offer_recommended_positive",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["product", "price", "id"],
                name="offer_of_product_by_price",
                condition=Q(is_withdrawn=False),
            ),
            # Staff look an offer up by how its article begins.
            models.Index(
                fields=["article"],
                opclasses=["varchar_pattern_ops"],
                name="offer_by_article",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} · {self.shop}"


class StockMovement(models.Model):
    """One change of an offer's stock; append-only. `document` names the cause."""

    class Reason(models.TextChoices):
        IMPORT = "import"
        ORDER = "order"
        CANCEL = "cancel"
        MANUAL = "manual"

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="movements")
    delta = models.IntegerField()
    balance = models.PositiveIntegerField(help_text="The offer's stock afterwards.")
    reason = models.CharField(max_length=10, choices=Reason.choices)
    document = models.CharField(
        max_length=64, blank=True, help_text="order:12, price-list-run:7, user:3"
    )
    note = models.CharField(
        max_length=255, blank=True, db_default="", help_text="Why, in somebody's words."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    is_told = models.BooleanField(
        db_default=False,
        editable=False,
        help_text="Numbered in the event feed, or no news.",
    )

    objects = StockMovementQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(delta=0), name="movement_moves"),
            models.CheckConstraint(
                condition=Q(balance__gte=0), name="movement_balance_not_negative"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["document"], name="movement_by_document"),
            models.Index(
                fields=["id"], name="movement_untold", condition=Q(is_told=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delta:+d} → {self.balance}"

    @property
    def turn(self) -> str:
        """What it meant for shoppers: sold "out", "low", "back", or nothing."""
        before = self.balance - self.delta
        if self.balance == 0:
            return "out"
        if before == 0:
            return "back"
        return "low" if self.balance <= settings.STOCK_LOW < before else ""


class PriceChange(models.Model):
    """One price of an offer, from this moment on; append-only.

    The last row is the price in force and says who set it: the `document` of an
    import is its run, of a manual change the account.
    """

    class Reason(models.TextChoices):
        IMPORT = "import"
        MANUAL = "manual"

    offer = models.ForeignKey(
        Offer, on_delete=models.PROTECT, related_name="price_changes"
    )
    price = price_field(help_text="What is paid from now on.")
    regular_price = price_field()
    reason = models.CharField(max_length=10, choices=Reason.choices)
    document = models.CharField(
        max_length=64, blank=True, help_text="price-list-run:7, user:3"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    is_told = models.BooleanField(
        db_default=False, editable=False, help_text="Numbered in the event feed."
    )

    objects = PriceChangeQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(price__gt=0, regular_price__gte=F("price")),
                name="price_change_positive",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["offer", "-id"], name="price_change_of_offer"),
            models.Index(
                fields=["id"], name="price_change_untold", condition=Q(is_told=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.price} for {self.offer_id}"
