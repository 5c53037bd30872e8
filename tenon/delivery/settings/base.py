"""What every way of running shares. Everything that differs between deployments is read from the environment."""

import os
from pathlib import Path

from tenon.kernel.env import Env, database_from_url, load_dotenv

BASE_DIR = Path(__file__).resolve().parents[3]
load_dotenv(BASE_DIR / ".env")
env = Env(os.environ)

# --- Core -------------------------------------------------------------------------------------------------------
DEBUG = env.flag("DEBUG", default=False)
SECRET_KEY = env.text("SECRET_KEY", "DJANGO_SECRET_KEY")
ALLOWED_HOSTS = env.items("ALLOWED_HOSTS")
SITE_URL = env.text("SITE_URL", default=f"http://127.0.0.1:{env.integer('PORT', default=8000)}").rstrip("/")
ROOT_URLCONF = "tenon.delivery.urls"
WSGI_APPLICATION = "tenon.delivery.wsgi.application"
ASGI_APPLICATION = "tenon.delivery.asgi.application"
APPEND_SLASH = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "corsheaders",
    "csp",
    "django_prometheus",
    "django_structlog",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "tenon.kernel.http",
    "tenon.kernel.outbox",
    "tenon.kernel.tenancy",
    "tenon.platform.identity",
    "tenon.platform.organizations",
]

MIDDLEWARE = [
    "tenon.kernel.http.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "tenon" / "delivery" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]

# --- Data -------------------------------------------------------------------------------------------------------
DATABASES = {"default": database_from_url(env.text("DATABASE_URL", default=f"sqlite:///{BASE_DIR}/var/tenon.sqlite3"))}
REDIS_URL = env.text("REDIS_URL")

# --- Language and time --------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- Outbox and relay -------------------------------------------------------------------------------------------
OUTBOX_MAX_ATTEMPTS = env.integer("OUTBOX_MAX_ATTEMPTS", default=15, minimum=1)
OUTBOX_LEASE_SECONDS = env.integer("OUTBOX_LEASE_SECONDS", default=60, minimum=1)
OUTBOX_KEEP_DELIVERED_DAYS = env.integer("OUTBOX_KEEP_DELIVERED_DAYS", default=7, minimum=1)
OUTBOX_KEEP_DEAD_DAYS = env.integer("OUTBOX_KEEP_DEAD_DAYS", default=30, minimum=1)
RELAY_THREADS = env.integer("RELAY_THREADS", default=2, minimum=1)
RELAY_POLL_SECONDS = env.integer("RELAY_POLL_SECONDS", default=1, minimum=1)

# --- Identity ---------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "identity.User"
PASSWORD_HASHERS = ["tenon.platform.identity.hashers.Argon2idHasher"]

# --- HTTP -------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_PERMISSION_CLASSES": ["tenon.kernel.http.audience.AudiencePermission"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["tenon.platform.identity.api.authentication.BearerAuthentication"],
    "DEFAULT_RENDERER_CLASSES": ["tenon.kernel.http.renderers.OrjsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["tenon.kernel.http.parsers.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "tenon.kernel.http.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "tenon.kernel.http.problems.exception_handler",
    "UNAUTHENTICATED_USER": None,
    "UNAUTHENTICATED_TOKEN": None,
    "DATETIME_FORMAT": None,  # the renderer writes them
    "URL_FORMAT_OVERRIDE": None,
}

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
