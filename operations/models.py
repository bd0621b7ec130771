"""What the operator's tools remember between processes."""

from typing import ClassVar

from django.db import models


class Heartbeat(models.Model):
    """A worker that lived when it last said so; its row goes when it stops."""

    worker = models.CharField(max_length=64, primary_key=True)
    started_at = models.DateTimeField()
    beat_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.worker


class Figure(models.Model):
    """A number that outlives processes: a counter that only grows, or a mark."""

    name = models.CharField(max_length=40)
    label = models.CharField(max_length=200, blank=True)
    value = models.DecimalField(max_digits=30, decimal_places=6, default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["name", "label"], name="one_figure_of_a_name"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.label}".strip()
