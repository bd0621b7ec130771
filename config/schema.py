"""The OpenAPI document: what drf-spectacular cannot see by itself."""

from drf_spectacular.openapi import AutoSchema


class ProblemAwareSchema(AutoSchema):
    pass
