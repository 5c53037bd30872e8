"""For the open world: refuses to start on an unsafe combination, and names every variable to set at once."""

from django.core.exceptions import ImproperlyConfigured

from tenon.delivery.settings.base import *  # noqa: F403
from tenon.delivery.settings.base import env
from tenon.delivery.settings.safety import faults

if found := faults(globals(), env):
    raise ImproperlyConfigured("\n".join(["Unsafe settings for production:", *found]))
