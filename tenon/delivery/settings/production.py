"""For the open world: refuses to start on an unsafe combination, and names every variable to set at once."""

import sys

from django.core.exceptions import ImproperlyConfigured

from tenon.delivery.settings import databases
from tenon.delivery.settings.base import *  # noqa: F403
from tenon.delivery.settings.base import env
from tenon.delivery.settings.safety import faults

DATABASE_ROLE_IS_CHECKED = not databases.OTHER_ROLES.keys() & set(sys.argv[1:2])
DEMO_ALLOWED = False

if found := faults(globals(), env):
    raise ImproperlyConfigured("\n".join(["Unsafe settings for production:", *found]))
