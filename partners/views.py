"""v1: price lists and what became of them."""

from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet, ViewSet

from accounts.permissions import Braked, IsPartner, account
from partners.models import PriceListRun
from partners.serializers import PriceListInput, PriceListRunSerializer
from partners.services import submit_price_list


class PriceListViewSet(ViewSet):
    """Send price lists."""

    permission_classes = (IsPartner,)
    parser_classes = (MultiPartParser,)
    throttle_classes = (Braked,)
    brakes = {"create": "price-list"}
    problems = {"create": ("not-a-partner", "price-list-too-large")}

    @extend_schema(
        request={"multipart/form-data": PriceListInput},
        responses={202: PriceListRunSerializer},
    )
    def create(self, request: Request) -> Response:
        """Send a list; the answer is its run, whose address tells what came of it."""
        given = PriceListInput(data=request.data)
        given.is_valid(raise_exception=True)
        file = given.validated_data["file"]
        run = submit_price_list(
            user=account(request),
            content=file.read(),
            source=file.name,
            check_only=given.validated_data["check_only"],
        )
        address = request.build_absolute_uri(
            reverse("price-list-run-detail", args=[run.pk])
        )
        body = PriceListRunSerializer(run).data
        return Response(body, status=202, headers={"Location": address})


class PriceListRunViewSet(ReadOnlyModelViewSet[PriceListRun]):
    """Runs of the caller's own lists and shops, newest first; staff see all."""

    permission_classes = (IsPartner,)
    serializer_class = PriceListRunSerializer
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[PriceListRun]:
        if getattr(self, "swagger_fake_view", False):
            return PriceListRun.objects.none()
        return PriceListRun.objects.visible_to(account(self.request))
