"""A small owned table and its child."""

from django.conf import settings
from django.db import models

from tenon.kernel.tenancy.models import OwnedModel


class Probe(OwnedModel):
    """A row that may have a holder, who sees it in a self scope."""

    self_scope_field = "holder"

    name = models.CharField(max_length=100)
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="probes_probe_name")]
        ordering = ["name"]


class Part(OwnedModel):
    """A child row, without a holder: no self scope opens it."""

    probe = models.ForeignKey(Probe, models.CASCADE, related_name="parts")
    label = models.CharField(max_length=100)
