"""v1: a partner's own shop: its offers, orders, list as a file, and its source."""

from typing import Any, cast

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ViewSet

from accounts.permissions import IsPartner, account
from catalog.models import Offer, Shop
from catalog.services import change_shop
from orders.models import Order
from orders.services import move_parcel
from partners.filters import DeskOfferFilter, DeskOrderFilter
from partners.models import Membership, PriceListSource
from partners.serializers import (
    DaySalesSerializer,
    DeskOfferSerializer,
    DeskOrderSerializer,
    DeskShopInput,
    DeskShopSerializer,
    ExportQuery,
    ParcelMoveInput,
    SalesQuery,
    SourceInput,
    SourceSerializer,
)
from partners.services import (
    drop_source,
    export_list,
    sales_as_csv,
    sales_by_day,
    set_source,
)
from partners.views.files import as_file
from partners.views.lists import ACCEPT_LANGUAGE, preferred_language


def own_shop(request: Request, shop: str) -> Shop:
    """One of the shops that the caller acts for; a foreign one is not found."""
    return get_object_or_404(Membership.objects.of(account(request)), shop=shop).shop


LIST = "shop: Tea House\ncategories:\n  - {id: 2, name: Tea}\ngoods:\n  - id: 11\n…"


class DeskShopViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet[Shop]):
    """The shops that the caller acts for."""

    permission_classes = (IsPartner,)
    serializer_class = DeskShopSerializer
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[Shop]:
        if getattr(self, "swagger_fake_view", False):
            return Shop.objects.none()
        return Membership.objects.shops_of(account(self.request))

    @extend_schema(request=DeskShopInput, responses=DeskShopSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Rename the shop, open or close it: at once, and everywhere."""
        given = DeskShopInput(data=request.data)
        given.is_valid(raise_exception=True)
        shop = change_shop(pk=self.get_object().pk, values=given.validated_data)
        return Response(DeskShopSerializer(shop).data)


class DeskOfferViewSet(ListModelMixin, GenericViewSet[Offer]):
    """The shop's offers, withdrawn ones included, each with its place by price."""

    permission_classes = (IsPartner,)
    serializer_class = DeskOfferSerializer
    filterset_class = DeskOfferFilter

    def get_queryset(self) -> QuerySet[Offer]:
        if getattr(self, "swagger_fake_view", False):
            return Offer.objects.none()
        return Offer.objects.filed_by(
            own_shop(self.request, self.kwargs["shop"])
        ).with_place()


class DeskOrderViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet[Order]):
    """Placed orders with goods of the shop, newest first: its own lines only."""

    permission_classes = (IsPartner,)
    lookup_field = "code"
    lookup_value_regex = "[-_A-Za-z0-9]{22}"
    problems = {"move": ("move-not-allowed",)}
    serializer_class = DeskOrderSerializer
    filterset_class = DeskOrderFilter

    def get_queryset(self) -> QuerySet[Order]:
        if getattr(self, "swagger_fake_view", False):
            return Order.objects.none()
        return Order.objects.placed().with_lines_of(
            own_shop(self.request, self.kwargs["shop"])
        )

    @extend_schema(
        operation_id="desk_orders_move",
        request=ParcelMoveInput,
        responses=DeskOrderSerializer,
    )
    @action(detail=True, methods=["post"])
    def move(self, request: Request, shop: str, code: str) -> Response:
        """Move the shop's own lines one step; the order follows its slowest shop."""
        order = self.get_object()
        given = ParcelMoveInput(data=request.data)
        given.is_valid(raise_exception=True)
        move_parcel(
            order=order,
            shop=own_shop(request, shop),
            actor=account(request),
            now=timezone.now(),
            **given.validated_data,
        )
        return Response(self.get_serializer(self.get_object()).data)


class DeskSalesViewSet(ViewSet):
    """What the shop sold, day by day."""

    permission_classes = (IsPartner,)

    @extend_schema(
        operation_id="desk_sales",
        parameters=[SalesQuery],
        responses=DaySalesSerializer(many=True),
    )
    def list(self, request: Request, shop: str) -> HttpResponseBase:
        """Every day from the first to the last, also those without a sale."""
        own = own_shop(request, shop)
        query = SalesQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        kind = query.validated_data.pop("kind")
        days: Any = sales_by_day(shop=own, **query.validated_data)
        if kind == "csv":
            return as_file(sales_as_csv(days), "text/csv; charset=utf-8", "sales.csv")
        return Response(DaySalesSerializer(days, many=True).data)


class DeskExportViewSet(ViewSet):
    """The shop's own list as a file."""

    permission_classes = (IsPartner,)

    @extend_schema(
        operation_id="desk_export",
        parameters=[ExportQuery],
        responses={(200, "application/yaml"): str},
        examples=[OpenApiExample("A list", LIST, media_type="application/yaml")],
    )
    def list(self, request: Request, shop: str) -> StreamingHttpResponse:
        """All offers on sale, as a list that comes back in without a change."""
        query = ExportQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        kind = query.validated_data["kind"]
        content = export_list(shop=own_shop(request, shop), kind=kind)
        return as_file(content, ExportQuery.TYPES[kind], f"price-list.{kind}")


class SourceViewSet(ViewSet):
    """Where the shop's list is fetched from, and how that went."""

    permission_classes = (IsPartner,)
    problems = {"replace": ("address-refused",)}

    @extend_schema(
        operation_id="desk_source_retrieve",
        parameters=[ACCEPT_LANGUAGE],
        responses=SourceSerializer,
    )
    def list(self, request: Request, shop: str) -> Response:
        """Where the list is fetched from, how fresh it is, and what went wrong."""
        sources = PriceListSource.objects.all()
        source = get_object_or_404(sources, shop=own_shop(request, shop))
        return _told(request, source)

    @extend_schema(
        operation_id="desk_source_replace",
        parameters=[ACCEPT_LANGUAGE],
        request=SourceInput,
        responses=SourceSerializer,
    )
    def replace(self, request: Request, shop: str) -> Response:
        """Fetch the list from this address: now, and every so many hours."""
        given = SourceInput(data=request.data)
        given.is_valid(raise_exception=True)
        source = set_source(
            shop=own_shop(request, shop),
            user=account(request),
            now=timezone.now(),
            **cast(dict[str, Any], given.validated_data),
        )
        return _told(request, source)

    @extend_schema(operation_id="desk_source_clear", responses={204: None})
    def clear(self, request: Request, shop: str) -> Response:
        """Fetch no more; what was fetched stays."""
        drop_source(shop=own_shop(request, shop))
        return Response(status=204)


def _told(request: Request, source: PriceListSource) -> Response:
    """How fetching went, in the language that the caller reads."""
    language = preferred_language(request.headers.get("Accept-Language", ""))
    told = SourceSerializer(source, context={"language": language})
    response = Response(told.data, headers={"Content-Language": language})
    patch_vary_headers(response, ["Accept-Language"])
    return response
