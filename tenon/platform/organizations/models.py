"""Organizations: what a tenant is."""

from django.db import models

from tenon.kernel import clock
from tenon.kernel.ids import new_id
from tenon.kernel.tenancy.fields import VersionField


class Organization(models.Model):
    """A tenant. Its own row has no policy: it is looked up before a scope can be opened."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=63, unique=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    version = VersionField()
