"""The test suite's settings: embedded by default, on the services that TEST_DATABASE_URL and TEST_REDIS_URL name."""

from tenon.delivery.settings.base import *  # noqa: F403
from tenon.delivery.settings.base import database_from_url, env

SECRET_KEY = "the test suite's own key: worth nothing anywhere else"  # noqa: S105  # nosec B105
DEBUG = False
ALLOWED_HOSTS = ["*"]

DATABASES = {"default": database_from_url(env.text("TEST_DATABASE_URL", default="sqlite://"), variable="TEST_DATABASE_URL")}
REDIS_URL = env.text("TEST_REDIS_URL")

if not any((BASE_DIR / "tenon/platform/identity" / name).exists() for name in ("models.py", "models")):  # noqa: F405
    AUTH_USER_MODEL = "auth.User"  # until identity has its models
