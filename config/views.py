"""Pages beside the API: welcome, problem types, health."""

from dataclasses import asdict
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views import View
from django.views.generic import TemplateView
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from config.problems import PROBLEMS, Problem, plain_problem
from dialects.openapi import document
from operations.gauges import exposition
from operations.health import FAILED, readiness


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
    """Whether this process can serve; which check says no, if one does."""

    def get(self, request: HttpRequest) -> HttpResponse:
        status, checks = readiness()
        body = {
            "status": status,
            "failed": [name for name in checks if checks[name].status == FAILED],
            "checks": {name: asdict(check) for name, check in checks.items()},
        }
        code = 503 if status == FAILED else 200
        return JsonResponse(body, status=code, headers={"Cache-Control": "no-store"})


class Metrics(View):
    """For Prometheus, if the settings let it in; nothing for everybody else."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not _may_read_metrics(request):
            return plain_problem(request, 404, "There is nothing at this address.")
        return HttpResponse(exposition(), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _may_read_metrics(request: HttpRequest) -> bool:
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if settings.METRICS_TOKEN and constant_time_compare(shown, settings.METRICS_TOKEN):
        return True
    if "X-Forwarded-For" in request.headers:
        return False  # it came through a proxy, so from outside
    try:
        address = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return any(address in network for network in settings.METRICS_NETWORKS)


def _by_code() -> dict[str, Problem]:
    invalid = Problem(400, "invalid", "Invalid request", lambda _: "")
    return {problem.code: problem for problem in (*PROBLEMS.values(), invalid)}
