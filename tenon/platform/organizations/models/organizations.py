"""The tenant itself."""

from django.conf import settings
from django.db import connection, models

from tenon.kernel import clock
from tenon.kernel.fields import ExactCharField
from tenon.kernel.ids import new_id
from tenon.kernel.tenancy.fields import VersionField

NAME_LENGTH = 200
SLUG_LENGTH = 63  # a label of a host name (RFC 1035), for deployments that give each organization one


class OrganizationQuerySet(models.QuerySet["Organization"]):
    def open(self) -> "OrganizationQuerySet":
        """Organizations that have not been closed."""
        return self.filter(closed_at__isnull=True)

    def locked(self) -> "OrganizationQuerySet":
        """Hold the row until the transaction ends: whoever changes who may do what, takes turns here.

        Rows of the organization can still be added meanwhile, since their foreign keys stand in no such lock's way.
        """
        return self.select_for_update(no_key=connection.features.has_select_for_no_key_update)


class Organization(models.Model):
    """A tenant. Its own row has no policy: it is looked up before a scope can be opened.

    The owner is always a member with the role `admin`, so there is never an organization that nobody can administer.
    An empty `country` or `currency` is not decided; an empty `locale` is the deployment's language.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=NAME_LENGTH)
    slug = ExactCharField(max_length=SLUG_LENGTH)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    is_personal = models.BooleanField(default=False)
    timezone = models.CharField(max_length=64, default="UTC")
    locale = models.CharField(max_length=16, blank=True)
    country = models.CharField(max_length=2, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    settings = models.JSONField(default=dict, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    version = VersionField()

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        constraints = [
            # One organization for a slug; selectors.standing, by X-Organization-ID.
            models.UniqueConstraint(fields=["slug"], name="organizations_by_slug"),
        ]
        indexes = [
            # selectors.statistics: how many were made when.
            models.Index(fields=["created_at"], name="organizations_made"),
        ]

    def __str__(self) -> str:
        return self.name
