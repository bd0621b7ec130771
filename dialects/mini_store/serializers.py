"""The documented bodies."""

import re
from decimal import Decimal
from typing import Any

from rest_framework import serializers
from rest_framework.utils import html

from catalog.models import Category
from dialects.doors import Id, Password, WholeNumber

MOST_STOCK = 1_000_000


class RegisterInput(serializers.Serializer[Any]):
    email = serializers.EmailField(max_length=254)
    username = serializers.CharField(max_length=150)
    password = Password()


class EmailInput(serializers.Serializer[Any]):
    email = serializers.EmailField(max_length=254)


class LoginInput(serializers.Serializer[Any]):
    email = serializers.CharField(max_length=254)
    password = Password()


class LogoutInput(serializers.Serializer[Any]):
    refresh = serializers.CharField(
        max_length=4096, required=False, allow_blank=True, allow_null=True
    )
    blacklist = serializers.BooleanField(default=False)


class Price(serializers.DecimalField):
    """Money above zero, as a string or a number, in ASCII digits."""

    def __init__(self, title: str, **kwargs: Any) -> None:
        super().__init__(max_digits=12, decimal_places=2, **kwargs)
        self.title = title

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, bool) or not re.fullmatch(r"[-+.0-9]{1,30}", str(data)):
            self.fail("invalid")
        amount = super().to_internal_value(data)
        if amount <= 0:
            raise serializers.ValidationError(
                f"{self.title} must be greater than zero."
            )
        return amount


class CategoryIds(serializers.ListField):
    """A list of ids, told by one text when it is not."""

    child = Id()
    max_length = 200

    def get_value(self, dictionary: Any) -> Any:
        if html.is_html_input(dictionary) and self.field_name in dictionary:
            return dictionary.getlist(self.field_name)
        return super().get_value(dictionary)

    def run_child_validation(self, data: Any) -> Any:
        try:
            return super().run_child_validation(data)
        except serializers.ValidationError as error:
            message = "Give a list of category ids."
            raise serializers.ValidationError([message]) from error


class ProductInput(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=255)
    regular_price = Price("Regular price")
    discount_price = Price("Discount price", default=None, allow_null=True)
    stock = WholeNumber(min_value=0, max_value=MOST_STOCK)
    description = serializers.CharField(allow_blank=True, max_length=50_000)
    categories = CategoryIds()


class CategorySerializer(serializers.ModelSerializer[Category]):
    class Meta:
        model = Category
        fields = ("id", "name")


class CategoryInput(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=255)
