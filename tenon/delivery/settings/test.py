"""The test suite's settings: embedded by default, on the services that TEST_DATABASE_URL and TEST_REDIS_URL name."""

import os
import tempfile
from pathlib import Path
from uuid import uuid4

os.environ["TENON_DOTENV"] = "off"  # for the processes that tests start as well: no test depends on a developer's file

from tenon.delivery.settings import caches, databases, files, notifications
from tenon.delivery.settings.base import *  # noqa: F403
from tenon.delivery.settings.base import INSTALLED_APPS, STORAGES, env
from tenon.kernel.database_urls import database_from_url
from tenon.kernel.env import Env

SECRET_KEY = "the test suite's own key: worth nothing anywhere else"  # nosec B105
DEBUG = False
ALLOWED_HOSTS = ["*"]
API_KEY_ENVIRONMENT = "test"
INSTALLED_APPS = [*INSTALLED_APPS, "tenon.testing.probes"]

# DATABASE_URL is never read here: a test touches no database that nobody named for tests. The suite works in databases
# of its own beside the named one; TEST_PROCESS_DATABASE_URL tells one of them to a process that the suite starts.
_url = env.text("TEST_PROCESS_DATABASE_URL", "TEST_DATABASE_URL", default="sqlite://")
_named = database_from_url(_url, variable="TEST_DATABASE_URL")
DATABASES = {"default": databases.with_options(env, _named)}
DATABASE_SYSTEM_ROLE = "tenon_test_system"
REDIS_URL = env.text("TEST_REDIS_URL")
REDIS_KEY_PREFIX = f"tenon_test:{uuid4().hex}"  # no two processes of a run meet in Redis
CELERY_BROKER_URL = ""  # jobs run where the test sees them
CACHES = caches.caches(REDIS_URL, prefix=REDIS_KEY_PREFIX)
CHANNEL_LAYERS = notifications.layers(REDIS_URL, prefix=REDIS_KEY_PREFIX)
WEBSOCKETS_ENABLED = True

# Out of the packages, whether or not `collectstatic` has run in this folder.
STATIC_ROOT = None  # type: ignore[assignment]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True  # no walk through all of them for each client
FILES_ROOT = Path(tempfile.gettempdir()) / f"tenon_test_files_{uuid4().hex}"  # conftest.py removes it
STORAGES = {**STORAGES, "files": files.storage(Env({}), FILES_ROOT)}
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
