"""The files that came in, byte for byte."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class PriceList(models.Model):
    """One uploaded or fetched file, byte for byte.

    `content` is the first mebibyte; what is beyond it is in `parts`.
    """

    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="price_lists",
        help_text="Empty when an operator imported it from the command line.",
    )
    source = models.CharField(max_length=2000, help_text="File name or URL.")
    content = models.BinaryField()
    checksum = models.CharField(max_length=64, help_text="SHA-256 of the bytes.")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.source


class PriceListPart(models.Model):
    """A further mebibyte of a large file."""

    price_list = models.ForeignKey(
        PriceList, on_delete=models.CASCADE, related_name="parts"
    )
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["price_list", "number"], name="price_list_part_once"
            ),
        ]

    def __str__(self) -> str:
        return f"part {self.number} of {self.price_list_id}"
