"""v1: what a search box may offer."""

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from catalog.search import suggestions
from catalog.serializers import SuggestionInput, SuggestionSerializer
from catalog.views.public import CatalogRead


class SuggestionViewSet(CatalogRead, ViewSet):
    """For a search box, while somebody types."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    @extend_schema(
        operation_id="suggestions_list",
        parameters=[SuggestionInput],
        responses=SuggestionSerializer(many=True),
    )
    def list(self, request: Request) -> Response:
        """At most ten categories, brands and products for what was typed so far."""
        query = SuggestionInput(data=request.query_params)
        query.is_valid(raise_exception=True)
        found = suggestions(query.validated_data["q"], self.names)
        return Response(SuggestionSerializer(found, many=True).data)
