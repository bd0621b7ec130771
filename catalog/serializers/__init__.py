"""What goes out of the catalogue, by noun; import from here."""

from catalog.serializers.bulk import BulkInput, BulkSerializer
from catalog.serializers.cards import (
    OfferCardSerializer,
    ProductCardSerializer,
    StockMovementSerializer,
)
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
from catalog.serializers.inputs import (
    BrandInput,
    CategoryInput,
    OfferEdit,
    OfferInput,
    ProductEdit,
    ProductInput,
    ShopInput,
    StockInput,
)
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
    PhotoEdit,
    PhotoInput,
    PhotoOrderInput,
    PhotoSerializer,
)
from catalog.serializers.products import (
    ProductDetailSerializer,
    ProductSerializer,
    present,
)
from catalog.serializers.shapes import ShapeInput

__all__ = [
    "SHOP",
    "BrandInput",
    "BrandSerializer",
    "BulkInput",
    "BulkSerializer",
    "CategoryCardSerializer",
    "CategoryInput",
    "CategoryRefSerializer",
    "CategorySerializer",
    "FacetsSerializer",
    "MoneyField",
    "OfferCardSerializer",
    "OfferEdit",
    "OfferInput",
    "OfferSerializer",
    "PhotoEdit",
    "PhotoInput",
    "PhotoOrderInput",
    "PhotoSerializer",
    "PriceChangeSerializer",
    "ProductCardSerializer",
    "ProductDetailSerializer",
    "ProductEdit",
    "ProductInput",
    "ProductSerializer",
    "QuantityField",
    "ShapeInput",
    "ShopCardSerializer",
    "ShopInput",
    "ShopRefSerializer",
    "StockInput",
    "StockMovementSerializer",
    "SuggestionInput",
    "SuggestionSerializer",
    "WholeNumberField",
    "example",
    "present",
]
