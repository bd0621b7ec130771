"""Staff write at the addresses that everybody reads."""

from hashlib import sha256
from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils.http import parse_etags
from rest_framework.generics import get_object_or_404
from rest_framework.mixins import ListModelMixin
from rest_framework.permissions import AllowAny, IsAdminUser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer, Serializer
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from catalog.services import Versions, version_of
from catalog.views.public import FollowsRenames, PublicRead


def tagged(response: Response, row: Model) -> Response:
    """Gives an answer its ETag: the version of what staff can edit, and the bytes.

    `If-Match` looks at the first part only, so that the sale of a unit, which changes
    the page, does not stand in an editor's way.
    """

    def tag(rendered: Any) -> None:
        digest = sha256(rendered.content).hexdigest()[:16]
        rendered["ETag"] = f'"{version_of(row)}.{digest}"'

    response.add_post_render_callback(tag)
    return response


def expected(request: Request) -> Versions:
    """The versions that `If-Match` names; None without it. Weak tags match nothing."""
    header = request.headers.get("If-Match")
    if header is None or header.strip() == "*":
        return None
    strong = [tag for tag in parse_etags(header) if not tag.startswith("W/")]
    return frozenset(tag.strip('"').partition(".")[0] for tag in strong)


class StaffWrites(FollowsRenames, PublicRead):
    """Anybody may use `open_actions`; the others take staff."""

    authentication_classes = APIView.authentication_classes
    open_actions = frozenset({"list", "retrieve", "metadata"})

    def get_authenticators(self) -> list[Any]:
        # A stale credential sent along with a public read is not looked at.
        return [] if self._is_open() else super().get_authenticators()  # type: ignore[misc]

    def get_permissions(self) -> list[Any]:
        return [AllowAny()] if self._is_open() else [IsAdminUser()]

    def _is_open(self) -> bool:
        request: Any = self.request  # type: ignore[attr-defined]
        if request is None:  # drf-spectacular asks without one
            action = self.action  # type: ignore[attr-defined]
        elif request.method == "OPTIONS":
            action = "metadata"
        else:
            # DRF asks for authenticators before it has set `self.action`.
            method = (request.method or "").lower()
            action = self.action_map.get(method)  # type: ignore[attr-defined]
        return action in self.open_actions

    def given(self, form: type[Serializer[Any]], *, partial: bool = False) -> Any:
        """What the request says, checked."""
        request: Request = self.request  # type: ignore[attr-defined]
        given = form(data=request.data, partial=partial)
        given.is_valid(raise_exception=True)
        return given.validated_data

    def expected(self) -> Versions:
        return expected(self.request)  # type: ignore[attr-defined]


class NamedViewSet(StaffWrites, ListModelMixin, GenericViewSet[Any]):
    """What has a name and an address; `card_class` shows what staff may edit."""

    lookup_url_kwarg = "id_or_slug"
    lookup_value_regex = "[-a-zA-Z0-9_]+"
    card_class: type[BaseSerializer[Any]]

    def get_object(self) -> Any:
        key = self.kwargs["id_or_slug"]
        rows: Any = self.get_queryset()
        return get_object_or_404(rows.addressed(key))

    def retrieve(self, request: Request, id_or_slug: str) -> Response:
        row = self.get_object()
        return tagged(Response(self.get_serializer(row).data), row)

    def shown(self, row: Any, *, status: int = 200) -> Response:
        """The card of a row, as staff see it."""
        headers = {}
        if status == 201:
            detail = reverse(f"{self.basename}-detail", args=[row.slug])
            headers["Location"] = self.request.build_absolute_uri(detail)
        body = self.card_class(row, context=self.get_serializer_context()).data
        return tagged(Response(body, status=status, headers=headers), row)
