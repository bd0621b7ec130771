"""Forms of products and their photos."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminImageSmallFieldWidget, UnfoldAdminTextareaWidget

from catalog.admin.desk import Versioned
from catalog.exceptions import FieldRefused, PhotoTooLarge
from catalog.models import Photo, Product
from catalog.pictures import clean


class AttributesField(forms.CharField):
    """Typed facts, one a line: `Screen (inch): 6.1`."""

    widget = UnfoldAdminTextareaWidget

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        return "\n".join(f"{name}: {_written(one)}" for name, one in value.items())

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != (initial or {}))
        except ValidationError:
            return True

    def to_python(self, value: Any) -> dict[str, Any]:  # type: ignore[override]
        facts: dict[str, Any] = {}
        for line in filter(None, map(str.strip, (value or "").splitlines())):
            name, colon, text = (part.strip() for part in line.rpartition(": "))
            if not colon or not name or not text:
                message = _("Write each as “Name: value”; not so: %(line)s")
                raise ValidationError(message % {"line": line[:80]})
            if name in facts:
                raise ValidationError(_("Twice: %(name)s") % {"name": name[:80]})
            facts[name] = _typed(text)
        return facts


class ProductForm(Versioned):
    attributes = AttributesField(
        label=_("Attributes"),
        required=False,
        help_text=_(
            "One a line: “Screen (inch): 6.1”. Numbers and yes/no are kept as such;"
            " quotes make a number a text."
        ),
    )

    class Meta:
        model = Product
        fields = (
            "name",
            "slug",
            "description",
            "brand",
            "categories",
            "attributes",
            "is_active",
        )


class PhotoForm(forms.ModelForm[Photo]):
    picture = forms.ImageField(
        label=_("picture"), required=False, widget=UnfoldAdminImageSmallFieldWidget
    )
    order = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    class Meta:
        model = Photo
        fields = ("alt",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_there = self.instance.pk is not None
        self.fields["order"].initial = self.instance.position if is_there else None
        # Another picture is another photo.
        self.fields["picture"].disabled = is_there
        self.fields["picture"].required = not is_there

    def clean_picture(self) -> Any:
        picture = self.cleaned_data["picture"]
        if self.instance.pk is None:
            try:
                clean(picture, picture.size)
            except FieldRefused as refusal:
                raise forms.ValidationError(refusal.messages) from refusal
            except PhotoTooLarge as refusal:
                message = _("A photo has at most %(limit)s bytes.")
                limit = {"limit": refusal.limit}
                raise forms.ValidationError(message % limit) from refusal
            picture.seek(0)
        return picture


MOST_PHOTOS = settings.PHOTOS_LIMIT
WORDS = {
    "true": True,
    "yes": True,
    "да": True,
    "false": False,
    "no": False,
    "нет": False,
}
NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{1,10})?", re.ASCII)


def _typed(text: str) -> Any:
    if text.casefold() in WORDS:
        return WORDS[text.casefold()]
    if len(text) > 1 and text[0] == text[-1] == '"':
        return text[1:-1]
    if NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    return text


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and _typed(value) != value:
        return f'"{value}"'
    return str(value)
