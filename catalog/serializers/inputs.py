"""What staff may send of the catalogue. An unknown name is refused, not ignored."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.models import Brand, Category, Product, Shop
from catalog.serializers.fields import QuantityField, WholeNumberField, example

# Line breaks, control signs, and those that turn or hide text.
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


class StrictInput(serializers.Serializer[Any]):
    def to_internal_value(self, data: Any) -> Any:
        unknown = set(data) - set(self.fields) if isinstance(data, Mapping) else ()
        if unknown:
            choice = ", ".join(self.fields)
            message = f"There is no such field; there are: {choice}."
            detail = [serializers.ErrorDetail(message, code="unknown")]
            raise serializers.ValidationError(dict.fromkeys(sorted(unknown), detail))
        return super().to_internal_value(data)


class LineField(serializers.CharField):
    """One line of text, without signs that nobody sees."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=kwargs.pop("max_length", 255), **kwargs)

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        if UNSEEN.search(text):
            message = "Control signs and line breaks are not accepted."
            raise serializers.ValidationError(message, code="control")
        return text


class SlugField(serializers.SlugField):
    """Part of an address: letters, digits, hyphens; not digits alone, as ids are."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=120, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        slug = super().to_internal_value(data)
        if re.fullmatch(r"\d+", slug, re.A):
            message = "Digits alone would be taken for an id."
            raise serializers.ValidationError(message, code="digits")
        return slug


@extend_schema_field({"oneOf": [{"type": "integer"}, {"type": "string"}]})
class RefField(serializers.RelatedField[Any, Any, Any]):
    """Something else of the catalogue, by its id or its slug."""

    default_error_messages = {"missing": "There is none with the id or slug '{named}'."}

    def to_internal_value(self, data: Any) -> Any:
        is_key = isinstance(data, int | str) and not isinstance(data, bool)
        key = str(data)[:280]
        row = self.get_queryset().addressed(key).first() if is_key else None  # type: ignore[union-attr]
        if row is None:
            self.fail("missing", named=key[:80])
        return row

    def to_representation(self, value: Any) -> Any:
        return value.pk

    def get_choices(self, cutoff: int | None = None) -> dict[Any, Any]:
        return {}


@extend_schema_field(
    {"type": "array", "items": {"oneOf": [{"type": "integer"}, {"type": "string"}]}}
)
class RefsField(serializers.Field[Any, Any, Any, Any]):
    """Several of one kind, by ids or slugs."""

    default_error_messages = {
        "not_a_list": "A list of at most {most} ids or slugs.",
        "missing": "There is none with the id or slug '{named}'.",
    }
    MOST = 50

    def __init__(self, *, queryset: Any, **kwargs: Any) -> None:
        self.queryset = queryset
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> list[Any]:
        if not isinstance(data, list) or len(data) > self.MOST:
            self.fail("not_a_list", most=self.MOST)
        one = RefField(queryset=self.queryset.all())
        return list(dict.fromkeys(one.to_internal_value(key) for key in data))


@extend_schema_field(
    {
        "type": "object",
        "additionalProperties": {
            "oneOf": [{"type": "string"}, {"type": "number"}, {"type": "boolean"}]
        },
    }
)
class AttributesField(serializers.Field[Any, Any, Any, Any]):
    """Facts by name; each value a text, a number, or true or false."""

    default_error_messages = {
        "not_an_object": "An object of at most {most} facts by name.",
        "name": "A name has 1 to 255 signs, none of them unseen: {named!r}.",
        "value": "'{named}' is neither a text, nor a number, nor true or false.",
        "number": "'{named}' is a number beyond 2^53, where clients round.",
    }
    MOST, EXACT = 200, 2**53

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict) or len(data) > self.MOST:
            self.fail("not_an_object", most=self.MOST)
        for name, value in data.items():
            if not 0 < len(name.strip()) <= 255 or UNSEEN.search(name):
                self.fail("name", named=name[:80])
            if not isinstance(value, str | int | float):
                self.fail("value", named=name)
            if not isinstance(value, str) and abs(value) > self.EXACT:
                self.fail("number", named=name)
        return {name.strip(): value for name, value in data.items()}


class PriceField(serializers.DecimalField):
    """Money in: text in ASCII digits, or a whole number; never a float."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_digits=12, decimal_places=2, min_value=Decimal("0.01"), **kwargs
        )

    def to_internal_value(self, data: Any) -> Any:
        is_text = isinstance(data, str | int) and not isinstance(data, bool)
        if not is_text or not re.fullmatch(r"\d{1,10}(\.\d{1,2})?", str(data), re.A):
            message = 'Write money as text: "1990" or "1990.50".'
            raise serializers.ValidationError(message, code="invalid")
        return super().to_internal_value(data)


@example({"name": "Green tea", "parent": "tea"})
class CategoryInput(StrictInput):
    name = LineField()
    slug = SlugField(required=False)
    parent = RefField(  # type: ignore[assignment]
        queryset=Category.objects.all(),
        required=False,
        allow_null=True,
        help_text="Id or slug of the category above; null for the top.",
    )
    is_active = serializers.BooleanField(required=False)


@example({"name": "Brindlewick"})
class BrandInput(StrictInput):
    name = LineField()
    slug = SlugField(required=False)


@example({"name": "Bramblefoot", "accepts_orders": True})
class ShopInput(StrictInput):
    name = LineField()
    slug = SlugField(required=False)
    accepts_orders = serializers.BooleanField(required=False)
    email = serializers.EmailField(
        max_length=254,
        required=False,
        allow_blank=True,
        help_text="Gets a letter for each order.",
    )


class OfferFacts(StrictInput):
    """What an edit may change of an offer; stock moves at an address of its own."""

    article = LineField(help_text="The shop's own id for it, unique in the shop.")
    model = LineField(required=False, allow_blank=True)
    regular_price = PriceField()
    discount_price = PriceField(
        required=False, allow_null=True, help_text="Below the regular price, or null."
    )
    recommended_price = PriceField(required=False, allow_null=True)
    is_withdrawn = serializers.BooleanField(required=False)


@example({"regular_price": "3250", "discount_price": "2890.00"})
class OfferEdit(OfferFacts):
    pass


class FirstOfferInput(OfferFacts):
    """The offer that comes with a new product."""

    shop = RefField(
        queryset=Shop.objects.all(),
        required=False,
        help_text="Id or slug; without it, the store's own.",
    )
    stock = QuantityField(min_value=0, required=False)


@example(
    {
        "product": "french-press",
        "shop": "storekeeper",
        "article": "FP-1",
        "regular_price": "3250",
        "stock": 13,
    }
)
class OfferInput(FirstOfferInput):
    product = RefField(queryset=Product.objects.all(), help_text="Id or slug.")


class ProductFacts(StrictInput):
    name = LineField()
    slug = SlugField(required=False)
    description = serializers.CharField(
        max_length=100_000, required=False, allow_blank=True
    )
    brand = RefField(
        queryset=Brand.objects.all(),
        required=False,
        allow_null=True,
        help_text="Id or slug; null for none.",
    )
    categories = RefsField(
        queryset=Category.objects.all(), required=False, help_text="Ids or slugs."
    )
    attributes = AttributesField(
        required=False, help_text="Replaced as a whole, as every other field."
    )
    is_active = serializers.BooleanField(
        required=False, help_text="Off: nobody can buy it, whatever the shops list."
    )


@example(
    {
        "name": "French press",
        "brand": "brindlewick",
        "categories": ["coffee-tea"],
        "attributes": {"Capacity (l)": 1, "Color": "copper"},
        "offer": {"article": "FP-1", "regular_price": "3250", "stock": 13},
    }
)
class ProductInput(ProductFacts):
    offer = FirstOfferInput(required=False, help_text="Its first offer.")


@example({"description": "Brews four mugs.", "attributes": {"Capacity (l)": 1}})
class ProductEdit(ProductFacts):
    pass


@example({"delta": -2, "note": "Broken on the way"})
class StockInput(StrictInput):
    """A difference, or what was counted together with what had been expected."""

    delta = WholeNumberField(required=False, min_value=-1_000_000, max_value=1_000_000)
    stock = QuantityField(min_value=0, required=False, help_text="What was counted.")
    expected = QuantityField(
        min_value=0, required=False, help_text="What stock was before, with `stock`."
    )
    note = LineField(help_text="Why.")

    def validate(self, given: Any) -> Any:
        names = set(given) - {"note"}
        if names not in ({"delta"}, {"stock", "expected"}) or given.get("delta") == 0:
            message = "Send a `delta` other than 0, or `stock` with `expected`."
            raise serializers.ValidationError(message, code="invalid")
        return given
