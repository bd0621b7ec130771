"""v1: price lists and what became of them."""

from collections.abc import Mapping
from typing import Any, cast

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ParseError
from rest_framework.generics import GenericAPIView, get_object_or_404
from rest_framework.mixins import ListModelMixin
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.viewsets import (
    GenericViewSet,
    ReadOnlyModelViewSet,
    ViewSet,
    ViewSetMixin,
)

from accounts.permissions import Braked, IsPartner, StaffMay, account
from catalog.models import Offer, PriceChange
from partners.filters import OfferChangeFilter
from partners.models import OfferChange, PriceListRun
from partners.price_list import LANGUAGES
from partners.serializers import (
    ExplainedPriceSerializer,
    OfferChangeSerializer,
    PriceListInput,
    PriceListRunSerializer,
    UndoInput,
)
from partners.services import (
    apply_check,
    corrected_list,
    explain_prices,
    submit_price_list,
    undo_run,
)
from partners.views.files import as_file


class RawYamlParser(BaseParser):
    """A list as the body itself; its options stand in the query."""

    media_type = "application/yaml"

    def parse(self, stream: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        name = f"list.{self.media_type.rpartition('/')[2]}"
        return {"file": SimpleUploadedFile(name, stream.read())}


class RawCsvParser(RawYamlParser):
    media_type = "text/csv"


CORRECTED = """# Corrected by the store; everything else is as it was.
# line 6: goods[0].price: 1 990,50 → 1990.50
shop: "Tea House"
…"""
ACCEPT_LANGUAGE = OpenApiParameter(
    "Accept-Language",
    location=OpenApiParameter.HEADER,
    enum=LANGUAGES,
    description="The language of the findings' messages; English unless it asks for "
    "Russian first.",
)


class TellsRuns(GenericAPIView[PriceListRun]):
    """Answers with runs, their findings in the language that the caller reads."""

    serializer_class = PriceListRunSerializer

    def get_serializer_context(self) -> dict[str, Any]:
        language = preferred_language(self.request.headers.get("Accept-Language", ""))
        return {**super().get_serializer_context(), "language": language}

    def finalize_response(self, *args: Any, **kwargs: Any) -> Response:
        response: Any = super().finalize_response(*args, **kwargs)
        if response.status_code < 400:
            language = self.get_serializer_context()["language"]
            response.headers["Content-Language"] = language
            patch_vary_headers(response, ["Accept-Language"])
        return response

    def accepted(self, run: PriceListRun) -> Response:
        """The run, whose address tells how far it is, and what came of it."""
        path = reverse("price-list-run-detail", args=[run.pk])
        headers = {"Location": self.request.build_absolute_uri(path)}
        return Response(self.get_serializer(run).data, status=202, headers=headers)


def preferred_language(accepted: str) -> str:
    """The first language of an Accept-Language header that findings have."""
    for tag, weight in parse_accept_lang_header(accepted.lower()):
        language = tag.partition("-")[0]
        if weight and language in LANGUAGES:
            return language
    return LANGUAGES[0]


@extend_schema(parameters=[ACCEPT_LANGUAGE])
class PriceListViewSet(ViewSetMixin, TellsRuns):
    """Send price lists."""

    permission_classes = (IsPartner,)
    parser_classes: Any = (
        MultiPartParser,
        *api_settings.DEFAULT_PARSER_CLASSES,
        RawYamlParser,
        RawCsvParser,
    )
    throttle_classes = (Braked,)
    brakes = {"create": "price-list"}
    problems = {"create": ("not-a-partner", "price-list-too-large", "address-refused")}

    @extend_schema(
        request={"multipart/form-data": PriceListInput},
        description="Send a list; the answer is its run, whose address tells how far "
        "it is and what came of it. Instead of a form, JSON may give a `url`, and the "
        "list may be the body itself (application/yaml, text/csv) with the options in "
        "the query.",
        responses={202: PriceListRunSerializer},
    )
    def create(self, request: Request) -> Response:
        """Send a list."""
        given = PriceListInput(data=_given(request))
        given.is_valid(raise_exception=True)
        file = given.validated_data.get("file")
        run = submit_price_list(
            user=account(request),
            content=file.chunks() if file else None,
            source=file.name if file else given.validated_data["url"],
            check_only=given.validated_data["check_only"],
            refuse_warnings=given.validated_data["refuse_warnings"],
            good_rows_only=given.validated_data["good_rows_only"],
        )
        return self.accepted(run)


def _given(request: Request) -> dict[str, Any]:
    """The body's values, and beside them what stands in the query."""
    given = cast(Any, request.data)
    if not isinstance(given, Mapping):
        raise ParseError("Send a form, an object, or a list as the body.")
    return {**request.query_params.dict(), **dict(given.items())}


@extend_schema(parameters=[ACCEPT_LANGUAGE])
class PriceListRunViewSet(TellsRuns, ReadOnlyModelViewSet[PriceListRun]):
    """Runs of the caller's own lists and shops, newest first; staff see all."""

    permission_classes = (IsPartner,)
    problems = {
        "apply": ("check-not-applicable", "shop-changed"),
        "undo": ("undo-not-possible",),
    }
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[PriceListRun]:
        if getattr(self, "swagger_fake_view", False):
            return PriceListRun.objects.none()
        return PriceListRun.objects.visible_to(account(self.request))

    @extend_schema(
        operation_id="price_list_runs_apply",
        request=None,
        responses={202: PriceListRunSerializer},
    )
    @action(detail=True, methods=["post"])
    def apply(self, request: Request, pk: str) -> Response:
        """Apply exactly what this check found; refused if the shop changed since."""
        return self.accepted(apply_check(check=self.get_object()))

    @extend_schema(
        operation_id="price_list_runs_undo",
        request=UndoInput,
        responses={202: PriceListRunSerializer},
    )
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, pk: str) -> Response:
        """Take an applied list back; its run names what was edited since and kept."""
        given = UndoInput(data=request.data)
        given.is_valid(raise_exception=True)
        force = given.validated_data["force"]
        return self.accepted(undo_run(applied=self.get_object(), force=force))


class CorrectedListViewSet(ViewSet):
    """The list of a run with what could be corrected without a guess."""

    permission_classes = (IsPartner,)

    @extend_schema(
        operation_id="price_list_runs_corrected",
        responses={(200, "application/yaml"): str},
        examples=[OpenApiExample("A list", CORRECTED, media_type="application/yaml")],
    )
    def list(self, request: Request, run: str) -> StreamingHttpResponse:
        """As YAML, each correction named at its top; 404 where there is none."""
        runs = PriceListRun.objects.visible_to(account(request)).with_corrected()
        found = get_object_or_404(runs, pk=run)
        media = "application/yaml; charset=utf-8"
        return as_file(corrected_list(found), media, "corrected.yaml")


class OfferChangeViewSet(ListModelMixin, GenericViewSet[OfferChange]):
    """What a list changes, or changed, one offer a row: old values and new."""

    permission_classes = (IsPartner,)
    serializer_class = OfferChangeSerializer
    filterset_class = OfferChangeFilter

    def get_queryset(self) -> QuerySet[OfferChange]:
        if getattr(self, "swagger_fake_view", False):
            return OfferChange.objects.none()
        runs = PriceListRun.objects.visible_to(account(self.request))
        run = get_object_or_404(runs, pk=self.kwargs["run"])
        return OfferChange.objects.of_run(run)


class PriceHistoryViewSet(ListModelMixin, GenericViewSet[PriceChange]):
    """Why an offer costs what it does: every price, the one in force first.

    Each with what set it: a price list by its file, or somebody by name.
    """

    permission_classes = (StaffMay,)
    needs = "catalog.view_pricechange"
    serializer_class = ExplainedPriceSerializer

    def get_queryset(self) -> QuerySet[PriceChange]:
        if getattr(self, "swagger_fake_view", False):
            return PriceChange.objects.none()
        offer = get_object_or_404(Offer, pk=self.kwargs["offer"])
        return PriceChange.objects.of_offer(offer)

    def paginate_queryset(self, queryset: Any) -> list[Any] | None:
        return explain_prices(super().paginate_queryset(queryset) or ())
