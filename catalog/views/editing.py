"""Staff write at the addresses that everybody reads."""

from hashlib import sha256
from typing import Any

from django.urls import reverse
from django.utils.http import parse_etags
from rest_framework.generics import get_object_or_404
from rest_framework.mixins import ListModelMixin
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer, Serializer
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from catalog.services import Versions, version_of
from catalog.views.public import SAFE, FollowsRenames, PublicRead


def tagged(response: Response, version: str) -> Response:
    """Gives an answer its ETag: the version of what staff can edit, and the bytes.

    `If-Match` looks at the first part only, so that the sale of a unit, which changes
    the page, does not stand in an editor's way.
    """

    def tag(rendered: Any) -> None:
        digest = sha256(rendered.content).hexdigest()[:16]
        rendered["ETag"] = f'"{version}.{digest}"'

    response.add_post_render_callback(tag)
    return response


def expected(request: Request) -> Versions:
    """The versions that `If-Match` names; None without it. Weak tags match nothing."""
    header = request.headers.get("If-Match")
    if header is None or header.strip() == "*":
        return None
    strong = [tag for tag in parse_etags(header) if not tag.startswith("W/")]
    return frozenset(tag.strip('"').partition(".")[0] for tag in strong)


class Editing(GenericViewSet[Any]):
    """What staff send, and the answer: the card of a row, all that they may set."""

    card_class: type[BaseSerializer[Any]]

    def given(self, form: type[Serializer[Any]], *, partial: bool = False) -> Any:
        """What the request says, checked."""
        given = form(data=self.request.data, partial=partial)
        given.is_valid(raise_exception=True)
        return given.validated_data

    def expected(self) -> Versions:
        return expected(self.request)

    def document(self) -> str:
        """Whose deed it is, for the logs of stock and prices."""
        return f"user:{self.request.user.pk}"

    def shown(self, row: Any, *, status: int = 200) -> Response:
        """The card of a row, as staff see it."""
        headers = {}
        if status == 201:
            key = getattr(row, "slug", row.pk)
            address = reverse(f"{self.basename}-detail", args=[key])
            headers["Location"] = self.request.build_absolute_uri(address)
        body = self.card_class(row, context=self.get_serializer_context()).data
        return tagged(Response(body, status=status, headers=headers), version_of(row))


class Tagged(Editing):
    """A read whose ETag is good for `If-Match`."""

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()
        return tagged(Response(self.get_serializer(row).data), version_of(row))


class StaffWrites(FollowsRenames, PublicRead, Tagged):
    """Anybody reads, but for `closed_reads`; those and all writes take staff."""

    authentication_classes = APIView.authentication_classes
    permission_classes = APIView.permission_classes
    closed_reads = frozenset({"card", "cards"})

    def get_authenticators(self) -> list[Any]:
        # A stale credential sent along with a public read is not looked at.
        return [] if self._is_open() else super().get_authenticators()

    def get_permissions(self) -> list[Any]:
        return [AllowAny()] if self._is_open() else [*super().get_permissions()]

    def _is_open(self) -> bool:
        request: Any = self.request
        methods: Any = self.action_map
        if request is None:  # drf-spectacular asks without one
            action = self.action
            method = next(name for name, deed in methods.items() if deed == action)
        else:
            # DRF asks for authenticators before it has set `self.action`.
            method, action = request.method, methods.get(request.method.lower())
        return method.upper() in SAFE and action not in self.closed_reads


class NamedViewSet(StaffWrites, ListModelMixin):
    """What has a name and an address of it."""

    lookup_url_kwarg = "id_or_slug"
    lookup_value_regex = "[-a-zA-Z0-9_]+"

    def get_object(self) -> Any:
        key = self.kwargs["id_or_slug"]
        rows: Any = self.get_queryset()
        return get_object_or_404(rows.addressed(key))
