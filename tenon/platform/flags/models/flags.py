"""A flag, and the mark by which a process sees that one has changed."""

from django.db import models

from tenon.kernel import clock
from tenon.kernel.fields import ExactCharField
from tenon.kernel.ids import new_id
from tenon.kernel.tenancy.fields import VersionField


class Flag(models.Model):
    """A feature that is on for some. `is_enabled` is the kill switch; `engines/definitions` says what rules hold."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = ExactCharField(max_length=64)
    description = models.CharField(max_length=500, blank=True)
    is_enabled = models.BooleanField(default=False)
    is_exposed = models.BooleanField(default=False)
    rest = models.BooleanField(default=False)
    sticky_by = models.CharField(max_length=16, default="caller")
    rules = models.JSONField(default=list, blank=True)
    variants = models.JSONField(default=list, blank=True)
    changed_by = models.UUIDField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    version = VersionField()

    class Meta:
        constraints = [
            # selectors.flag_facts, and one flag for a key.
            models.UniqueConstraint(fields=["key"], name="flags_flag_by_key"),
        ]

    def __str__(self) -> str:
        return self.key


class Generation(models.Model):
    """One row, whose mark is another one with each change: never one again that was, so that a process which has read
    what was rolled back afterwards sees that, too."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    mark = models.UUIDField(default=new_id)
