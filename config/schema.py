"""The OpenAPI document: the problems and headers that every operation shares."""

from collections.abc import Iterator
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from drf_spectacular.utils import extend_schema_serializer as describe
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.serializers import ListSerializer
from rest_framework.viewsets import GenericViewSet

from accounts.permissions import IsAccount, IsBuyer, IsPartner, StaffMay
from config.idempotency import UNSAFE
from config.problems import HTTP_CODES, MEDIA_TYPE, PROBLEMS, invalid, plain, typed

BY_CODE = {problem.code: problem for problem in PROBLEMS.values()}
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    "header",
    description="1 to 255 printable ASCII characters, new for each deed. A repeated "
    "call with the same key and body gets the same answer and has no second effect.",
    examples=[OpenApiExample("A UUID", "0f1c6e0e-6c63-4f44-9a53-5b1c2f7a8d10")],
)
EXAMPLES = "#/components/examples"
IDEMPOTENCY_PROBLEMS = (
    "idempotency-key-malformed",
    "idempotency-key-busy",
    "idempotency-key-reused",
)


class ProblemEntry(serializers.Serializer[Any]):
    pointer = serializers.CharField(help_text="JSON pointer to the value (RFC 6901).")
    code = serializers.CharField()
    detail = serializers.CharField()


@describe(component_name="Problem")
class ProblemSerializer(serializers.Serializer[Any]):
    """RFC 9457. Go by `code`; further members depend on it (docs/errors.md)."""

    type = serializers.URLField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    instance = serializers.CharField(help_text="The path that was called.")
    request_id = serializers.CharField(help_text="Names this call in our logs.")
    errors = ProblemEntry(many=True, required=False)  # type: ignore[assignment]


class ProblemAwareSchema(AutoSchema):
    """Adds to each operation the problems it can answer with, by example.

    A view names those of its domain call in `problems`: action → codes.
    """

    def get_override_parameters(self) -> list[Any]:
        parameters = super().get_override_parameters()
        return [*parameters, IDEMPOTENCY_KEY] if self._is_replayable() else parameters

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies = super()._get_response_bodies(direction)
        by_status: dict[int, list[str]] = {}
        for code in self._codes():
            by_status.setdefault(_body(code)["status"], []).append(code)
        schema = self.resolve_serializer(ProblemSerializer, "response").ref
        for status, codes in sorted(by_status.items()):
            content = {
                "schema": schema,
                "examples": {code: {"$ref": f"{EXAMPLES}/{code}"} for code in codes},
            }
            bodies[str(status)] = {
                "description": ", ".join(codes),
                "content": {MEDIA_TYPE: content},
            }
        return bodies

    def get_summary(self) -> str | None:
        """The first sentence of the docstring, for lists of operations."""
        first = self.get_description().split("\n\n")[0].replace("\n", " ")
        return first.partition(". ")[0].rstrip(".") or None

    def get_auth(self) -> list[dict[str, list[str]]]:
        """Either credential where guests may knock, an account's elsewhere."""
        permissions = {type(permission) for permission in self.view.get_permissions()}
        if AllowAny in permissions:
            return []
        guest: list[dict[str, list[str]]] = [{"guest": []}]
        return [{"account": []}, *(guest if IsBuyer in permissions else [])]

    def _is_list_view(self, serializer: Any = None) -> bool:
        # GET on a ViewSet without a queryset (cart, me) reads one thing.
        is_of_many = isinstance(self.view, GenericViewSet)
        given = isinstance(serializer, ListSerializer)
        return given or (is_of_many and super()._is_list_view(serializer))

    def _is_replayable(self) -> bool:
        return self.method in UNSAFE and getattr(self.view, "is_replayable", True)

    def _codes(self) -> list[str]:
        """Codes of this operation, from what the view declares and what it is."""
        view, codes = self.view, ["internal-error", "unavailable"]
        permissions = {type(permission) for permission in view.get_permissions()}
        action = getattr(view, "action", None)
        if AllowAny not in permissions:
            codes.append("not-authenticated")
        if permissions & {IsAccount, IsPartner, StaffMay}:
            codes.append("forbidden")
        if "{" in self.path:
            codes.append("not-found")
        if self.method in {"POST", "PUT", "PATCH"} and self.get_request_serializer():
            codes += ["invalid", "malformed", "too-large", "unsupported-media-type"]
        elif self._get_parameters():
            codes.append("invalid")
        if action in getattr(view, "brakes", {}):
            codes.append("too-many-requests")
        if self._is_replayable():
            codes += IDEMPOTENCY_PROBLEMS
        return [*codes, *getattr(view, "problems", {}).get(action, ())]


def add_problem_examples(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """drf-spectacular's hook: one example a code, for all operations to refer to."""
    codes = ["invalid", *HTTP_CODES.values(), *BY_CODE]
    result["components"]["examples"] = {
        code: {"value": _example(code)} for code in codes
    }
    return result


def drop_column_ranges(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """drf-spectacular's hook: a column's own range differs by database."""
    for schema in _schemas(result):
        if schema.get("maximum") in {2**15 - 1, 2**31 - 1, 2**63 - 1}:
            del schema["maximum"]
            schema.pop("format", None)
        if schema.get("minimum") in {-(2**15), -(2**31), -(2**63)}:
            del schema["minimum"]
    return result


def _schemas(result: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Those of all members and of all parameters."""
    for schema in result["components"]["schemas"].values():
        yield from schema.get("properties", {}).values()
    for operations in result["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                yield parameter["schema"]


def _example(code: str) -> dict[str, Any]:
    """What a problem of this code looks like, the same on every server."""
    body = _body(code)
    if body["type"] != "about:blank":
        body["type"] = f"https://shop.example/problems/{code}"
    return body


def _body(code: str) -> dict[str, Any]:
    where = {"instance": "/api/v1/…", "request_id": "3f2b8c1d9e7a4c55b1d0a6f4e2c87b90"}
    if code == "invalid":
        entry = {"pointer": "#/quantity", "code": "min_value", "detail": "At least 1."}
        return invalid([entry]) | where
    if code in BY_CODE:
        problem = BY_CODE[code]
        return typed(problem.status, code, problem.title, "…") | where
    status = next(status for status, known in HTTP_CODES.items() if known == code)
    return plain(status, "…") | where
