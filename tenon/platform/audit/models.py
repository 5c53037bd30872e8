"""The tables of the audit log. What was done stands in `Entry` and is never changed; see `engines.chain` for the rest.

On PostgreSQL the application may only insert entries and seals, triggers refuse everything else to everybody, and an
organization's scope shows its own rows alone (`migrations._guards`).
"""

from typing import ClassVar

from django.db import models

from tenon.kernel.fields import ExactCharField
from tenon.kernel.ids import new_id

ACTION_LENGTH = 120
TARGET_LENGTH = 64
# What `manage.py database_roles` grants, as the first migration left it.
ADD_ONLY = ("SELECT", "INSERT")


class Outcome(models.TextChoices):
    """How it ended."""

    SUCCESS = "success"
    REFUSED = "refused"
    FAILED = "failed"


class Entry(models.Model):
    """One thing that was done, or refused. Ids are plain: an entry outlives whatever it names."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    created_at = models.DateTimeField()
    actor_kind = models.CharField(max_length=16)
    actor_id = models.UUIDField(null=True)
    action = ExactCharField(max_length=ACTION_LENGTH)
    target_type = models.CharField(max_length=TARGET_LENGTH, blank=True)
    target_id = ExactCharField(max_length=TARGET_LENGTH, blank=True)
    organization_id = models.UUIDField(null=True)
    outcome = models.CharField(max_length=16, choices=Outcome)
    request_id = models.CharField(max_length=128, blank=True)
    commitment = models.CharField(max_length=64)

    row_rights: ClassVar[tuple[str, ...]] = ADD_ONLY

    class Meta:
        verbose_name_plural = "entries"
        indexes = [
            # selectors.entries, the newest first.
            models.Index(fields=["organization_id", "created_at", "id"], name="audit_entry_list"),
            # erasing.forget and selectors.held_of: what a person did, and the filter by actor.
            models.Index(fields=["actor_id", "created_at"], name="audit_entry_by_actor"),
            # The same of what was done to a person; the filter by target.
            models.Index(fields=["target_id", "created_at"], name="audit_entry_by_target"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.id}"


class Detail(models.Model):
    """The personal part of an entry, which can be erased, and whether the entry still waits for its seal.

    `waits_in` is the chain that is to take the entry in, null once it has: an index of the waiting rows alone.
    """

    entry = models.OneToOneField(
        Entry, primary_key=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="detail"
    )
    organization_id = models.UUIDField(null=True)
    salt = models.CharField(max_length=32, blank=True)
    ip = models.CharField(max_length=45, blank=True)
    parameters = models.TextField(blank=True)
    erased_at = models.DateTimeField(null=True)
    waits_in = models.UUIDField(null=True)

    row_rights: ClassVar[tuple[str, ...]] = (*ADD_ONLY, "UPDATE")

    class Meta:
        indexes = [
            # sealing.seal: what waits, in which chain, the oldest first.
            models.Index(
                fields=["waits_in", "entry"], condition=models.Q(waits_in__isnull=False), name="audit_detail_waiting"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Seal(models.Model):
    """The place of an entry in its organization's chain, and the hash that binds it to all before it."""

    entry_id = models.UUIDField(primary_key=True)
    chain = models.UUIDField()
    seq = models.BigIntegerField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    row_rights: ClassVar[tuple[str, ...]] = ADD_ONLY

    class Meta:
        constraints = [
            # verification, in the order of the chain; and no two entries in one place.
            models.UniqueConstraint(fields=["chain", "seq"], name="audit_seal_place"),
        ]

    def __str__(self) -> str:
        return f"{self.chain} {self.seq}"


class Head(models.Model):
    """The end of a chain, on whose row the sealers take turns; and where it begins, once its beginning was purged."""

    chain = models.UUIDField(primary_key=True)
    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64)
    purged_seq = models.BigIntegerField(default=0)
    purged_hash = models.CharField(max_length=64)
    updated_at = models.DateTimeField(auto_now=True)

    row_rights: ClassVar[tuple[str, ...]] = (*ADD_ONLY, "UPDATE")
    objects: ClassVar[models.Manager["Head"]] = models.Manager()

    def __str__(self) -> str:
        return f"{self.chain} {self.seq}"
