"""v1: the event feed."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.viewsets import ViewSet

from accounts.permissions import StaffMay
from feed.models import Event
from feed.serializers import EventPageSerializer, EventQueryInput


class EventViewSet(ViewSet):
    """Everything that happened, in one order, numbered without gaps."""

    permission_classes = (StaffMay,)
    needs = "feed.view_event"

    @extend_schema(
        operation_id="events_list",
        parameters=[EventQueryInput],
        responses=EventPageSerializer,
    )
    def list(self, request: Request) -> Response:
        """The events after a number, oldest first; staff only.

        Keep the number of the last one that you have dealt with, and ask for what is
        after it: none is skipped, however late its transaction ended.
        """
        query = EventQueryInput(data=request.query_params)
        query.is_valid(raise_exception=True)
        after, limit = query.validated_data["after"], query.validated_data["limit"]
        events = list(Event.objects.after(after)[:limit])
        last = events[-1].number if events else after
        address = replace_query_param(request.build_absolute_uri(), "after", last)
        page = {"next": address, "results": events}
        return Response(EventPageSerializer(page).data)
