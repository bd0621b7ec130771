"""What goes out of the catalogue, by noun; import from here."""

from catalog.serializers.fields import (
    MoneyField,
    QuantityField,
    WholeNumberField,
    example,
)
from catalog.serializers.finding import (
    FacetsSerializer,
    SuggestionInput,
    SuggestionSerializer,
)
from catalog.serializers.named import (
    SHOP,
    BrandSerializer,
    CategoryRefSerializer,
    CategorySerializer,
    ShopRefSerializer,
)
from catalog.serializers.offers import (
    OfferSerializer,
    PriceChangeSerializer,
)
from catalog.serializers.photos import (
    PhotoSerializer,
)
from catalog.serializers.products import (
    ProductDetailSerializer,
    ProductSerializer,
)

__all__ = [
    "SHOP",
    "BrandSerializer",
    "CategoryRefSerializer",
    "CategorySerializer",
    "FacetsSerializer",
    "MoneyField",
    "OfferSerializer",
    "PhotoSerializer",
    "PriceChangeSerializer",
    "ProductDetailSerializer",
    "ProductSerializer",
    "QuantityField",
    "ShopRefSerializer",
    "SuggestionInput",
    "SuggestionSerializer",
    "WholeNumberField",
    "example",
]
