"""What is remembered of unsafe calls."""

from typing import ClassVar

from django.db import models

from orders.querysets import IdempotencyRecordQuerySet


class IdempotencyRecord(models.Model):
    """One unsafe call, written in the same transaction as its effect.

    A second call with the same scope, endpoint and key waits on the unique
    constraint, then gets the stored answer.
    """

    scope = models.CharField(max_length=80)
    endpoint = models.CharField(max_length=255)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=bytes)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(db_index=True)

    objects = IdempotencyRecordQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["scope", "endpoint", "key"], name="idempotency_key_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.endpoint} {self.key}"
