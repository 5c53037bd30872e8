"""How each purge stands, and what its runs did. Names and numbers: nothing of what was purged."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Purge(models.Model):
    """When a purge last succeeded and last failed; it outlives the reports."""

    name = models.CharField(_("name"), max_length=120, primary_key=True)
    succeeded_at = models.DateTimeField(_("last success"), null=True)
    failed_at = models.DateTimeField(_("last failure"), null=True)
    error = models.CharField(_("last error"), max_length=500, default="")

    # Set by whoever compares it with its schedule.
    is_late = False

    class Meta:
        verbose_name, verbose_name_plural = _("purge"), _("purges")

    def __str__(self) -> str:
        return self.name

    @property
    def is_failing(self) -> bool:
        """Whether the latest run failed."""
        return self.failed_at is not None and (self.succeeded_at is None or self.failed_at > self.succeeded_at)


class Report(models.Model):
    """One run of a purge. `purged` is null where it failed, and `error` then says how."""

    name = models.CharField(_("name"), max_length=120)
    started_at = models.DateTimeField(_("started"))
    seconds = models.FloatField(_("seconds"))
    purged = models.PositiveBigIntegerField(_("purged"), null=True)
    error = models.CharField(_("error"), max_length=500, default="")

    class Meta:
        verbose_name, verbose_name_plural = _("purge report"), _("purge reports")
        indexes = [
            # The portal's page, latest first, and purge_reports.
            models.Index(fields=["started_at"], name="retention_report_started"),
            # The same of one purge.
            models.Index(fields=["name", "started_at"], name="retention_report_by_name"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.started_at:%Y-%m-%d %H:%M:%S}"
