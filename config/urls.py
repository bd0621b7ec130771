"""The only router: v1, the pages beside it, the admin."""

import re
import sys
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.i18n import set_language
from django.views.static import serve
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import Route, SimpleRouter

from accounts import pages
from accounts import views as accounts
from catalog import views as catalog
from config import views
from config.problems import plain_problem
from dialects.doors import NothingHere
from feed import views as feed
from orders import pages as payment_pages
from orders import views as orders
from partners import views as partners

FIRST_WORD = re.compile(r"(api/)?[^/]+")
SINGLETON = {"delete": "clear", "put": "replace", "patch": "change"}


class V1Router(SimpleRouter):
    """DRF's router, with three more verbs on a collection or singleton's address."""

    routes = [
        route._replace(mapping=route.mapping | SINGLETON)
        if isinstance(route, Route) and route.name == "{basename}-list"
        else route
        for route in SimpleRouter.routes
    ]


v1 = V1Router()
# The most asked first: addresses are tried in this order.
v1.register("products", catalog.ProductViewSet, "product")
v1.register(
    r"products/(?P<id_or_slug>[-a-zA-Z0-9_]+)/prices", catalog.PriceViewSet, "price"
)
v1.register("guests", accounts.GuestViewSet, "guest")
v1.register("cart/lines", orders.CartLineViewSet, "cart-line")
v1.register("cart", orders.CartViewSet, "cart")
v1.register("users", accounts.UserViewSet, "user")
v1.register("sessions/current", accounts.CurrentSessionViewSet, "current-session")
v1.register("sessions", orders.SignInViewSet, "session")
v1.register("me/api-key", accounts.ApiKeyViewSet, "api-key")
v1.register("me/addresses", accounts.AddressViewSet, "address")
v1.register("me/reviews", orders.OwnReviewViewSet, "own-review")
v1.register("me", orders.OwnAccountViewSet, "me")
v1.register(
    r"products/(?P<id_or_slug>[-a-zA-Z0-9_]+)/reviews", orders.ReviewViewSet, "review"
)
v1.register(
    r"products/(?P<id_or_slug>[-a-zA-Z0-9_]+)/photos", catalog.PhotoViewSet, "photo"
)
v1.register("suggestions", catalog.SuggestionViewSet, "suggestion")
v1.register("categories", catalog.CategoryViewSet, "category")
v1.register("brands", catalog.BrandViewSet, "brand")
v1.register("shops", catalog.ShopViewSet, "shop")
v1.register("offers", catalog.OfferViewSet, "offer")
v1.register("delivery-methods", orders.DeliveryMethodViewSet, "delivery-method")
v1.register("payment-methods", orders.PaymentMethodViewSet, "payment-method")
v1.register("payment-notices", orders.PaymentNoticeViewSet, "payment-notice")
v1.register(
    r"orders/(?P<code>[-_A-Za-z0-9]{22})/refunds", orders.RefundViewSet, "refund"
)
v1.register("orders", orders.OrderViewSet, "order")
v1.register(
    "offers/(?P<offer>[0-9]{1,18})/price-history",
    partners.PriceHistoryViewSet,
    "price-history",
)
v1.register("events", feed.EventViewSet, "event")
v1.register("webhooks", feed.WebhookViewSet, "webhook")
v1.register("webhook-deliveries", feed.DeliveryViewSet, "webhook-delivery")
v1.register("desk/shops", partners.DeskShopViewSet, "desk-shop")
for name, view in (
    ("offers", partners.DeskOfferViewSet),
    ("orders", partners.DeskOrderViewSet),
    ("sales", partners.DeskSalesViewSet),
    ("export", partners.DeskExportViewSet),
    ("source", partners.SourceViewSet),
):
    address = f"desk/shops/(?P<shop>[0-9]{{1,18}})/{name}"
    v1.register(address, view, f"desk-{name}")
v1.register("price-lists", partners.PriceListViewSet, "price-list")
v1.register(
    "price-list-runs/(?P<run>[0-9]{1,18})/changes",
    partners.OfferChangeViewSet,
    "offer-change",
)
v1.register(
    "price-list-runs/(?P<run>[0-9]{1,18})/corrected",
    partners.CorrectedListViewSet,
    "corrected-list",
)
v1.register("price-list-runs", partners.PriceListRunViewSet, "price-list-run")


def nothing_here(request: HttpRequest, exception: Any = None) -> HttpResponse:
    detail = "There is nothing at this address; paths end in a slash."
    return plain_problem(request, 404, detail)


def dialects() -> list[URLPattern | URLResolver]:
    """The older APIs that are switched on; below their addresses nobody else answers.

    Their documents know no HTML, not even where nothing is.
    """
    on = [name for name in settings.ALL_DIALECTS if name in settings.DIALECTS]
    included = [path("", include(f"dialects.{name}.urls")) for name in on]
    doors = {str(door.pattern) for one in included for door in one.url_patterns}
    starts = {found[0] for door in doors if (found := FIRST_WORD.match(door))}
    ground = "|".join(sorted(starts))
    below = re_path(rf"^({ground})(/|$)", NothingHere.as_view())
    return [*included, below] if starts else []


urlpatterns = [
    path("", views.Welcome.as_view(), name="welcome"),
    path("api/v1/", include(v1.urls)),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/schema/<slug:name>/", views.DialectSchema.as_view()),
    path(
        "api/docs/",
        SpectacularSwaggerSplitView.as_view(template_name="docs.html"),
        name="docs",
    ),
    path("", include(dialects())),
    # In debug Django would answer with a page of its own.
    re_path(r"^api/", nothing_here),
    path("confirm-email/", pages.ConfirmEmailPage.as_view(), name="confirm-email"),
    path("change-email/", pages.ChangeEmailPage.as_view(), name="change-email"),
    path("reset-password/", pages.ResetPasswordPage.as_view(), name="reset-password"),
    path(
        "example-payment/<str:reference>/",
        payment_pages.ExamplePaymentPage.as_view(),
        name="example-payment",
    ),
    path("problems/<slug:code>", views.ProblemPage.as_view(), name="problem"),
    path("health/live", views.Live.as_view(), name="live"),
    path("health/ready", views.Ready.as_view(), name="ready"),
    path("admin/language/", set_language, name="set_language"),
    path("metrics", views.Metrics.as_view(), name="metrics"),
    path("admin/", admin.site.urls),
    # The store's own picture for goods without one.
    path("media/images/no_photo.jpg", views.NoPhoto.as_view(), name="no-photo"),
    # Behind a proxy, the proxy serves these files itself.
    re_path(r"^media/(?P<path>.*)$", serve, {"document_root": settings.MEDIA_ROOT}),
]


def _error(status: int, detail: str) -> Any:
    def handler(request: HttpRequest, exception: Any = None) -> HttpResponse:
        return plain_problem(request, status, detail)

    return handler


# What no view answers: problems everywhere, never an HTML page under an API path.
handler400 = _error(400, "The request is malformed.")
handler403 = _error(403, "You may not do this.")
handler404 = nothing_here


def handler500(request: HttpRequest) -> HttpResponse:
    if isinstance(sys.exception(), OperationalError):
        detail = "The database does not answer; try again."
        response = plain_problem(request, 503, detail)
        response["Retry-After"] = "2"
        return response
    return plain_problem(request, 500, "Something broke on our side; it was logged.")
