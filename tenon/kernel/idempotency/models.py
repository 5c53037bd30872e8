"""The one table: what was asked under a key, how far it got, and what was answered."""

from django.db import models

from tenon.kernel.ids import new_id


class Record(models.Model):
    """One request. Its id follows from whose key it is (`keys.asked`), so the primary key decides who is first.

    An atomic request is here once it has been answered. A phased one is here while it runs as well: `claim` names the
    process at work, until `claimed_until`; `checkpoints`, sealed, are the results of the steps that are done.
    `operation_id` stays the same for all repetitions, and is what a provider is told.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    operation_id = models.UUIDField(default=new_id, editable=False)
    organization_id = models.UUIDField(null=True)
    principal_id = models.UUIDField(null=True)
    fingerprint = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    answer = models.TextField(default="")
    checkpoints = models.TextField(default="")
    claim = models.UUIDField(null=True)
    claimed_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # purging.purge: what is a day old.
            models.Index(fields=["created_at"], name="idempotency_age"),
            # holding.export, holding.erase: what one person asked.
            models.Index(fields=["principal_id"], name="idempotency_principal"),
        ]

    def __str__(self) -> str:
        return str(self.operation_id)
