"""A partner's own shop, as it comes in and goes out."""

from typing import Any, ClassVar

from django.utils.translation import gettext, override
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.models import Offer, Shop
from catalog.serializers import SHOP, MoneyField, example
from orders.models import PARCEL_STATUSES, Order, Parcel, status_of_lines
from orders.serializers import OrderLineSerializer
from partners.models import PriceListSource
from partners.services.sales import DaySales


@example(SHOP | {"accepts_orders": True, "email": "orders@shop.example"})
class DeskShopSerializer(serializers.ModelSerializer[Shop]):
    class Meta:
        model = Shop
        fields = ("id", "slug", "name", "accepts_orders", "email")


@example({"accepts_orders": False})
class DeskShopInput(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=255, required=False)
    accepts_orders = serializers.BooleanField(required=False)
    email = serializers.EmailField(required=False, allow_blank=True)


@example(
    {
        "id": 7,
        "article": "4216292",
        "name": "Green tea, 100 g",
        "model": "leaf/green",
        "regular_price": "150.00",
        "discount_price": None,
        "price": "150.00",
        "recommended_price": "190.00",
        "stock": 12,
        "is_withdrawn": False,
        "place": 3,
        "sellers": 5,
    }
)
class DeskOfferSerializer(serializers.ModelSerializer[Offer]):
    """An offer with its place by price among the shops that sell the product."""

    name = serializers.CharField(source="product.name")
    price = MoneyField()
    place = serializers.IntegerField(help_text="1 is the cheapest.")
    sellers = serializers.IntegerField(help_text="Shops that offer it now.")

    class Meta:
        model = Offer
        fields = (
            "id",
            "article",
            "name",
            "model",
            "regular_price",
            "discount_price",
            "price",
            "recommended_price",
            "stock",
            "is_withdrawn",
            "place",
            "sellers",
        )


@example(
    {
        "code": "vj_ipX8b8v6faC4uGXZTVg",
        "status": "confirmed",
        "own_status": "sent",
        "own_note": "RU 4711 0815",
        "placed_at": "2026-11-21T03:14:10.000000Z",
        "first_name": "Ann",
        "last_name": "Lee",
        "email": "ann@example.com",
        "phone": "+7 900 000-00-00",
        "country": "",
        "city": "Omsk",
        "postal_code": "",
        "address": "1 Main Street",
        "delivery_method": "courier",
        "lines": [
            {
                "offer": 7,
                "name": "Green tea, 100 g",
                "shop": "Tea House",
                "article": "4216292",
                "unit_price": "150.00",
                "quantity": 2,
                "amount": "300.00",
                "discount": "0.00",
            }
        ],
    }
)
class DeskOrderSerializer(serializers.ModelSerializer[Order]):
    """Where the shop's own lines of an order go, and how far they are.

    `status` is how far the whole order is, which follows its slowest shop.
    """

    own_status = serializers.SerializerMethodField()
    own_note = serializers.SerializerMethodField()
    delivery_method = serializers.CharField(
        source="delivery_method.code", default=None, allow_null=True
    )
    lines = OrderLineSerializer(many=True)

    class Meta:
        model = Order
        fields = (
            "code",
            "status",
            "own_status",
            "own_note",
            "placed_at",
            "first_name",
            "last_name",
            "email",
            "phone",
            "country",
            "city",
            "postal_code",
            "address",
            "delivery_method",
            "lines",
        )

    @extend_schema_field(serializers.ChoiceField(choices=Order.Status.choices))
    def get_own_status(self, order: Order) -> str:
        return status_of_lines(order, _parcel(order))

    def get_own_note(self, order: Order) -> str:
        parcel = _parcel(order)
        return parcel.note if parcel else ""


def _parcel(order: Order) -> Parcel | None:
    """The shop's own, the only one that was read."""
    return next(iter(order.parcels.all()), None)


@example({"to": "sent", "note": "RU 4711 0815"})
class ParcelMoveInput(serializers.Serializer[Any]):
    to = serializers.ChoiceField(choices=PARCEL_STATUSES)
    note = serializers.CharField(
        max_length=255, required=False, default="", allow_blank=True
    )


class SalesQuery(serializers.Serializer[Any]):
    KINDS = ("json", "csv")
    DAYS_LIMIT = 366

    kind = serializers.ChoiceField(choices=KINDS, default="json")

    def get_fields(self) -> Any:
        """`from` is a word of Python."""
        days = {
            "from": serializers.DateField(
                source="first",
                help_text="The first day, by the shop's own time.",
            ),
            "to": serializers.DateField(
                source="last", help_text=f"The last; at most {self.DAYS_LIMIT} in all."
            ),
        }
        return {**days, **super().get_fields()}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        days = (attrs["last"] - attrs["first"]).days + 1
        # Beyond them a day has no beginning or end in every time zone.
        years = range(2000, 3000)
        if attrs["first"].year not in years or attrs["last"].year not in years:
            message = f"Ask for the years {years[0]} to {years[-1]}."
            raise serializers.ValidationError({"from": [message]}, code="min_value")
        if not 1 <= days <= self.DAYS_LIMIT:
            message = f"Ask for 1 to {self.DAYS_LIMIT} days."
            raise serializers.ValidationError({"to": [message]}, code="max_value")
        return attrs


@example({"day": "2026-11-21", "orders": 2, "units": 5, "turnover": "750.00"})
class DaySalesSerializer(serializers.Serializer[DaySales]):
    """Of the orders placed on a day and not canceled: the shop's own lines."""

    day = serializers.DateField()
    orders = serializers.IntegerField()
    units = serializers.IntegerField()
    turnover = MoneyField(help_text="Less discounts, without delivery.")


class ExportQuery(serializers.Serializer[Any]):
    TYPES: ClassVar = {
        "yaml": "application/yaml; charset=utf-8",
        "csv": "text/csv; charset=utf-8",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
    kind = serializers.ChoiceField(choices=list(TYPES), default="yaml")


@example({"url": "https://partner.example/list.yaml", "every_hours": 6})
class SourceInput(serializers.Serializer[Any]):
    url = serializers.CharField(max_length=2000)
    every_hours = serializers.IntegerField(min_value=1, max_value=720, default=24)


@example(
    {
        "url": "https://partner.example/list.yaml",
        "every_hours": 6,
        "next_at": "2026-11-21T09:14:10.000000Z",
        "fetched_at": "2026-11-21T03:14:10.000000Z",
        "changed_at": "2026-11-20T21:14:10.000000Z",
        "failures": 0,
        "problem": "",
    }
)
class SourceSerializer(serializers.ModelSerializer[PriceListSource]):
    """`failures` in a row, and what the last was, in the language of the context."""

    problem = serializers.SerializerMethodField()

    class Meta:
        model = PriceListSource
        fields = (
            "url",
            "every_hours",
            "next_at",
            "fetched_at",
            "changed_at",
            "failures",
            "problem",
        )

    def get_problem(self, source: PriceListSource) -> str:
        with override(self.context.get("language", "en")):
            return gettext(source.problem) if source.problem else ""
