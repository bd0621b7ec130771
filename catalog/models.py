"""What is for sale, by whom: facts and constraints."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from tree_queries.models import TreeNode

from catalog.querysets import (
    CategoryQuerySet,
    OfferQuerySet,
    PriceChangeQuerySet,
    ProductQuerySet,
)


def price_field(**options: object) -> models.DecimalField:
    """Money in the store's currency: Decimal(12, 2)."""
    return models.DecimalField(max_digits=12, decimal_places=2, **options)  # type: ignore[arg-type]


class Category(TreeNode):
    """A node of the category tree; a supplier's list finds it by its name."""

    name = models.CharField(max_length=255, unique=True)
    slug = models.SlugField(max_length=280, unique=True)
    is_active = models.BooleanField(default=True)

    objects = CategoryQuerySet.as_manager(with_tree_fields=False)

    class Meta:
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.name


class Brand(models.Model):
    name = models.CharField(max_length=255, unique=True)
    slug = models.SlugField(max_length=280, unique=True)

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    """What a thing is, whoever sells it."""

    name = models.CharField(max_length=255)
    slug = models.SlugField(max_length=280, unique=True)
    description = models.TextField(blank=True)
    brand = models.ForeignKey(
        Brand, null=True, blank=True, on_delete=models.PROTECT, related_name="products"
    )
    categories = models.ManyToManyField(Category, related_name="products", blank=True)
    attributes = models.JSONField(
        default=dict, blank=True, help_text='Typed facts: {"Screen (inch)": 6.1}.'
    )
    # How price lists of different shops find the same product: SHA-256 of name and
    # model. Null for products that no list may claim.
    match_key = models.CharField(
        max_length=64, unique=True, null=True, blank=True, editable=False
    )
    # Name, brand and models in lower case, for search on both databases.
    search_text = models.TextField(blank=True, editable=False)
    # Summary of the offers, kept by catalog.services.refresh_summaries: the offer a
    # shopper is shown first, and what the lists filter and sort by.
    best_offer = models.ForeignKey(
        "Offer",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    price_from = price_field(null=True, blank=True, editable=False)
    in_stock = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ProductQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            # The lists show products on sale, in one of these orders.
            models.Index(
                fields=["price_from", "id"],
                name="product_on_sale_by_price",
                condition=Q(best_offer__isnull=False),
            ),
            models.Index(
                fields=["name", "id"],
                name="product_on_sale_by_name",
                condition=Q(best_offer__isnull=False),
            ),
            models.Index(
                fields=["id"],
                name="product_on_sale",
                condition=Q(best_offer__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Photo(models.Model):
    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, related_name="photos"
    )
    image = models.ImageField(
        upload_to="photos/", width_field="width", height_field="height"
    )
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    alt = models.CharField(max_length=255, blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["product", "position"], name="photo_position_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.alt or str(self.image)


class Shop(models.Model):
    """Who sells. The house shop is the store itself; the others belong to partners."""

    name = models.CharField(max_length=255)
    slug = models.SlugField(max_length=280, unique=True)
    is_house = models.BooleanField(default=False)
    accepts_orders = models.BooleanField(default=True)
    email = models.EmailField(
        "e-mail", max_length=254, blank=True, help_text="Gets a letter for each order."
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["is_house"], condition=Q(is_house=True), name="one_house_shop"
            ),
        ]

    def __str__(self) -> str:
        return self.name


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
        ]

    def __str__(self) -> str:
        return f"{self.product} from {self.shop}"


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
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(delta=0), name="movement_moves"),
            models.CheckConstraint(
                condition=Q(balance__gte=0), name="movement_balance_not_negative"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["document"], name="movement_by_document"),
        ]

    def __str__(self) -> str:
        return f"{self.delta:+d} → {self.balance}"


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
        ]

    def __str__(self) -> str:
        return f"{self.price} for {self.offer_id}"
