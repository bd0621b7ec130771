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
from catalog.serializers.inputs import BrandInput, CategoryInput, ShopInput
from catalog.serializers.named import (
    SHOP,
    BrandSerializer,
    CategoryCardSerializer,
    CategoryRefSerializer,
    CategorySerializer,
    ShopCardSerializer,
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
    "BrandInput",
    "BrandSerializer",
    "CategoryCardSerializer",
    "CategoryInput",
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
    "ShopCardSerializer",
    "ShopInput",
    "ShopRefSerializer",
    "SuggestionInput",
    "SuggestionSerializer",
    "WholeNumberField",
    "example",
]
