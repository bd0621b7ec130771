"""What every public read has in common."""

from typing import Any

from rest_framework.response import Response


class PublicRead:
    """May be kept by anybody, and asked after each time: a write shows at once.

    The answer's ETag makes the asking cheap: 304 when nothing has changed. A stale
    credential sent along is not looked at.
    """

    authentication_classes: Any = ()

    def finalize_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(*args, **kwargs)  # type: ignore[misc]
        if response.status_code == 200:
            response["Cache-Control"] = "public, no-cache"
        return response
