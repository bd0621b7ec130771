"""Pages beside the API: welcome, problem types, health."""

from typing import Any

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views import View
from django.views.generic import TemplateView

from config.problems import PROBLEMS, Problem, plain_problem
from dialects.openapi import document


class Welcome(TemplateView):
    """What runs here, and where to go on."""

    template_name = "welcome.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {"store": settings.STORE_NAME, "debug": settings.DEBUG}
        return super().get_context_data(**kwargs) | context


class ProblemPage(TemplateView):
    """What a problem's `type` address leads to."""

    template_name = "problem.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        problem = _by_code().get(kwargs["code"])
        if problem is None:
            raise Http404
        return super().get_context_data(**kwargs) | {"problem": problem}


class DialectSchema(View):
    """The OpenAPI document of an older API that is switched on."""

    def get(self, request: HttpRequest, name: str) -> HttpResponse:
        if name not in settings.DIALECTS:
            detail = "No dialect of this name is switched on."
            return plain_problem(request, 404, detail)
        return JsonResponse(document(name, settings.STORE_NAME))


class NoPhoto(View):
    """The store's own picture for goods without one."""

    def get(self, request: HttpRequest) -> HttpResponse:
        picture = (settings.BASE_DIR / "config/static/no_photo.jpg").read_bytes()
        headers = {"Cache-Control": "public, max-age=86400"}
        return HttpResponse(picture, content_type="image/jpeg", headers=headers)


class Live(View):
    """The process answers."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return JsonResponse({"status": "ok"})


class Ready(View):
    """The database answers too."""

    def get(self, request: HttpRequest) -> HttpResponse:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return JsonResponse({"status": "ok"})


def _by_code() -> dict[str, Problem]:
    invalid = Problem(400, "invalid", "Invalid request", lambda _: "")
    return {problem.code: problem for problem in (*PROBLEMS.values(), invalid)}
