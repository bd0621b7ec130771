"""Faults to Sentry and traces by OpenTelemetry, where the settings ask for them.

Nothing of either is loaded otherwise. What leaves the machine is blotted as the logs
are: no bodies, headers, cookies, queries, local variables, addresses of people.
"""

from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from config.logs import blot, current_id

MISSING = (
    "{key} is set, but {library} is not installed: "
    "pip install -r requirements-observability.txt"
)
# Of a request in a fault, nothing else is told.
TOLD = {"method", "url"}
# Of a span, neither.
ATTRIBUTES = {
    "http.method",
    "http.request.method",
    "http.response.status_code",
    "http.route",
    "http.status_code",
    "db.name",
    "db.namespace",
    "db.system",
    "db.system.name",
}


def start(service: str) -> None:
    """Begin to report for this process; raises ImproperlyConfigured without library."""
    if settings.SENTRY_DSN:
        _start_sentry()
    if settings.OTEL_EXPORTER_OTLP_ENDPOINT:
        _start_tracing(service)


def _start_sentry() -> None:
    try:
        import sentry_sdk
    except ImportError:
        text = MISSING.format(key="SENTRY_DSN", library="sentry-sdk")
        raise ImproperlyConfigured(text) from None
    sentry_sdk.init(
        dsn=settings.SENTRY_DSN,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,  # they would hold statements with their values
        before_send=scrubbed,
        server_name="",
    )


def scrubbed(event: Any, hint: dict[str, Any]) -> Any:
    """A fault as it may leave: every text blotted, of the request the path alone."""
    request = event.get("request", {})
    if "url" in request:
        request["url"] = request["url"].partition("?")[0]
    event["request"] = {key: request[key] for key in TOLD & set(request)}
    event.pop("user", None)
    event.setdefault("tags", {})["request_id"] = current_id.get()
    return _blotted(event)


def _blotted(value: Any) -> Any:
    if isinstance(value, str):
        return blot(value)
    if isinstance(value, dict):
        return {key: _blotted(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_blotted(item) for item in value]
    return value


def _start_tracing(service: str) -> None:
    try:
        from opentelemetry import trace
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import (
            OTLPSpanExporter,
        )
        from opentelemetry.instrumentation.django import DjangoInstrumentor
        from opentelemetry.instrumentation.psycopg2 import Psycopg2Instrumentor
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        key = "OTEL_EXPORTER_OTLP_ENDPOINT"
        text = MISSING.format(key=key, library="OpenTelemetry")
        raise ImproperlyConfigured(text) from None

    class Blotting(OTLPSpanExporter):
        """Sends of each span what cannot hold a person or a secret."""

        def export(self, spans: Any) -> Any:
            return super().export([bare(span) for span in spans])

    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    provider.add_span_processor(BatchSpanProcessor(Blotting()))
    trace.set_tracer_provider(provider)
    DjangoInstrumentor().instrument()
    # psycopg2-binary goes by another name than the check expects.
    Psycopg2Instrumentor().instrument(skip_dep_check=True)


def bare(span: Any) -> Any:
    """The span without statements, addresses, queries, and texts of errors."""
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.trace import Status

    attributes = span.attributes or {}
    return ReadableSpan(
        name=blot(span.name),
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes={key: attributes[key] for key in ATTRIBUTES & set(attributes)},
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )
