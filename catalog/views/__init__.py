"""v1: what can be bought; by noun."""

from catalog.views.named import (
    BrandViewSet,
    CategoryViewSet,
    ShopViewSet,
)
from catalog.views.offers import OfferViewSet
from catalog.views.photos import PhotoViewSet
from catalog.views.products import (
    PriceViewSet,
    ProductViewSet,
)
from catalog.views.public import (
    PublicRead,
)
from catalog.views.suggestions import (
    SuggestionViewSet,
)

__all__ = [
    "BrandViewSet",
    "CategoryViewSet",
    "OfferViewSet",
    "PhotoViewSet",
    "PriceViewSet",
    "ProductViewSet",
    "PublicRead",
    "ShopViewSet",
    "SuggestionViewSet",
]
