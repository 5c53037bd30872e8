"""The one table of the counters."""

from django.db import models


class Counter(models.Model):
    """One subject under one limit, in the window that its first hit opened.

    `id` is the limit's name and a keyed hash of the subject; no address and no name of a person is stored.
    `remaining` is what is left. Below zero it says that the last hit was refused, and -1 - remaining is left: so one
    statement can count and tell on every database, also where RETURNING is missing.
    `expires_at` is in milliseconds since 1970: whole numbers compare alike everywhere.
    """

    id = models.CharField(primary_key=True, max_length=80)
    remaining = models.IntegerField()
    expires_at = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        return self.id
