"""What every way of running shares. Everything that differs between deployments is read from the environment."""

import logging
import os
import sys
from datetime import timedelta
from pathlib import Path

from corsheaders.defaults import default_headers
from csp.constants import NONE

from tenon.delivery.settings import (
    api_keys,
    caches,
    databases,
    documentation,
    files,
    jobs,
    limits,
    mail,
    modules,
    notifications,
    orders,
    outgoing,
    payments,
    portal,
    storefront,
)
from tenon.kernel.env import Env, load_dotenv
from tenon.kernel.limits import rates
from tenon.kernel.observability import logs

BASE_DIR = Path(__file__).resolve().parents[3]
env = Env(os.environ)
if env.flag("TENON_DOTENV", default=True):
    load_dotenv(BASE_DIR / ".env")

# --- Core -------------------------------------------------------------------------------------------------------
DEBUG = env.flag("DEBUG", default=False)
SECRET_KEY = env.text("SECRET_KEY", "DJANGO_SECRET_KEY")
SECRET_KEY_FALLBACKS = env.items("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = env.items("ALLOWED_HOSTS")
SITE_URL = env.text("SITE_URL", default=f"http://127.0.0.1:{env.integer('PORT', default=8000)}").rstrip("/")
SITE_NAME = env.text("SITE_NAME", default="Tenon")  # as mails and pages call it
INTERNAL_TOKEN = env.text("INTERNAL_TOKEN")
ROOT_URLCONF = "tenon.delivery.urls"
WSGI_APPLICATION = "tenon.delivery.wsgi.application"
ASGI_APPLICATION = "tenon.delivery.asgi.application"
TEST_RUNNER = "tenon.testing.runner.PytestRunner"
APPEND_SLASH = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Products ---------------------------------------------------------------------------------------------------
TENON_MODULES = modules.switched_on(env.items("TENON_MODULES") or modules.MODULES)
PACKAGES_OFF = modules.packages_off(TENON_MODULES)  # installed, and silent: see tenon/kernel/modules.py

INSTALLED_APPS = [
    "tenon.platform.identity",  # before auth, whose createsuperuser it replaces
    "tenon.delivery.portal",  # before unfold, and unfold before admin, whose templates they replace
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "tenon.delivery.portal.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "corsheaders",
    "csp",
    "django_prometheus",
    "django_structlog",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "tenon.kernel",
    "tenon.kernel.feed",
    "tenon.kernel.http",
    "tenon.kernel.idempotency",
    "tenon.kernel.jobs",
    "tenon.kernel.limits",
    "tenon.kernel.observability",
    "tenon.kernel.operations",
    "tenon.kernel.outbox",
    "tenon.kernel.personal_data",
    "tenon.kernel.retention",
    "tenon.kernel.tenancy",
    "tenon.platform.audit",
    "tenon.platform.flags",
    "tenon.platform.organizations",
    "tenon.platform.api_keys",
    "tenon.platform.files",
    "tenon.platform.notifications",
    "tenon.platform.webhooks",
    "tenon.domains.catalog",
    "tenon.domains.orders",
    "tenon.delivery",
    "tenon.delivery.pages",
]

# From the outside in. Whatever answers early stands inside of what must happen for every answer.
MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "tenon.kernel.http.forwarded.ForwardedMiddleware",
    "tenon.kernel.http.middleware.RequestIdMiddleware",
    "tenon.kernel.http.middleware.ResponseTimeMiddleware",
    "tenon.kernel.observability.middleware.RequestLogMiddleware",
    "tenon.kernel.http.security_headers.SecurityHeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "tenon.kernel.http.compression.CompressionMiddleware",  # outside of whatever reads an answer
    "tenon.delivery.portal.middleware.PortalPageMiddleware",
    "tenon.kernel.http.middleware.ProblemMiddleware",
    "tenon.kernel.http.throttling.RateLimitHeadersMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "tenon.kernel.http.middleware.InputMiddleware",
    "tenon.kernel.http.middleware.OptionalSlashMiddleware",
    "django.middleware.common.CommonMiddleware",
    "tenon.delivery.portal.middleware.PortalSessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "tenon.delivery.portal.middleware.PortalAuthenticationMiddleware",
    "tenon.delivery.portal.middleware.PortalMessageMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- Data -------------------------------------------------------------------------------------------------------
DATABASES = databases.from_environment(env, base=BASE_DIR, command=sys.argv[1] if len(sys.argv) > 1 else "")
databases.require_driver(DATABASES["default"])
DATABASE_SYSTEM_ROLE = env.text("DATABASE_SYSTEM_ROLE", default="tenon_system")  # what a system scope becomes
DATABASE_ROLE_IS_CHECKED = False  # production refuses a role that row-level security does not hold back
REDIS_URL = env.text("REDIS_URL")
REDIS_KEY_PREFIX = env.text("REDIS_KEY_PREFIX", default="tenon")
CACHES = caches.caches(REDIS_URL, prefix=REDIS_KEY_PREFIX)

# --- Language and time --------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
LOCALE_PATHS = [BASE_DIR / "tenon" / "locale"]
FORMAT_MODULE_PATH = ["tenon.delivery.portal.formats"]  # how pages write dates
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- Identity ---------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "identity.User"
# The first one hashes; hashes of the others, from an import, are accepted and replaced at the next sign-in.
PASSWORD_HASHERS = [
    "tenon.platform.identity.engines.hashers.Argon2idHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
HASH_CONCURRENCY = env.integer("HASH_CONCURRENCY", default=os.cpu_count() or 1, minimum=1)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "username", "first_name", "last_name")},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
DEMO_ALLOWED = True  # production makes no demo, and serves nobody while a published password opens an account
VERIFY_EMAIL_REQUIRED = env.flag("VERIFY_EMAIL_REQUIRED", default=True)
PASSWORD_RESET_URL = env.text("PASSWORD_RESET_URL")  # empty: the page /reset-password/ of SITE_URL
MAGIC_LINK_VERIFY_URL = env.text("MAGIC_LINK_VERIFY_URL")  # empty: asking for a magic code is a RuntimeError
MAGIC_LINK_LIFETIME = timedelta(minutes=env.integer("MAGIC_LINK_EXPIRY_MINUTES", default=15, minimum=1))
MAGIC_LINK_ALLOW_BARE_TOKEN = env.flag("MAGIC_LINK_ALLOW_BARE_TOKEN", default=False)
MAGIC_LINK_DEBUG_ECHO_TOKEN = env.flag("MAGIC_LINK_DEBUG_ECHO_TOKEN", default=False)  # counts beside DEBUG only
JWT_SECRET = env.text("JWT_SECRET")  # empty: the keys follow from SECRET_KEY
JWT_KEY_GENERATION = env.integer("JWT_KEY_GENERATION", default=1, minimum=1)
JWT_ISSUER = env.text("JWT_ISSUER", default=SITE_URL)
JWT_AUDIENCE = env.text("JWT_AUDIENCE", default="tenon")
JWT_ACCESS_TOKEN_LIFETIME = timedelta(minutes=env.integer("JWT_ACCESS_TOKEN_LIFETIME", default=15, minimum=1))
JWT_REFRESH_TOKEN_LIFETIME = timedelta(days=env.integer("JWT_REFRESH_TOKEN_LIFETIME", default=30, minimum=1))
SESSION_LIFETIME = timedelta(days=env.integer("SESSION_LIFETIME_DAYS", default=90, minimum=1))
STAFF_SESSION_IDLE_LIFETIME = timedelta(hours=env.integer("STAFF_SESSION_IDLE_HOURS", default=12, minimum=1))

# --- Organizations ----------------------------------------------------------------------------------------------
APP_MODE = env.choice("APP_MODE", choices=("b2b", "b2c"), default="b2b")  # b2c: a workspace for each new person
DEFAULT_ORGANIZATION = env.text("DEFAULT_ORGANIZATION", default="default")  # a slug; the first superuser owns it
globals().update(storefront.from_environment(env))
INVITATION_URL = env.text("INVITATION_URL")  # empty: the page /invitation/ of SITE_URL

# --- Catalog ----------------------------------------------------------------------------------------------------
DEFAULT_CURRENCY = env.text("DEFAULT_CURRENCY", default="USD")  # of shops whose organization names none; ISO 4217
CATALOG_MAX_VARIANTS = env.integer("CATALOG_MAX_VARIANTS", default=100, minimum=1)  # of one product
CATALOG_MAX_IMAGES = env.integer("CATALOG_MAX_IMAGES", default=30, minimum=1)  # of one product

# --- API keys ---------------------------------------------------------------------------------------------------
API_KEY_ENVIRONMENT = api_keys.environment(env, default="live")

# --- Portal -----------------------------------------------------------------------------------------------------
UNFOLD = portal.unfold(site_name=SITE_NAME, modules=TENON_MODULES, is_development=False)
AUTHENTICATION_BACKENDS = ["tenon.platform.identity.api.portal.StaffPermissions"]
LOGIN_URL, LOGIN_REDIRECT_URL = "admin:login", "admin:index"
# The cookie names a session of ours, which knows when it ends; it is signed, and nobody but the portal sees it.
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
SESSION_COOKIE_NAME, SESSION_COOKIE_PATH = "tenon_portal", "/admin/"
SESSION_COOKIE_AGE = int(SESSION_LIFETIME.total_seconds())
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME, CSRF_COOKIE_PATH = "tenon_portal_csrf", "/admin/"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

# --- Limits -----------------------------------------------------------------------------------------------------
RATE_LIMITS = rates.from_environment(env, limits.RATE_LIMITS)
DURABLE_RATE_LIMITS = limits.DURABLE_RATE_LIMITS
TRUSTED_PROXY_COUNT = env.integer("TRUSTED_PROXY_COUNT", default=0, minimum=0)
TRUSTED_PROXY_HEADER = env.choice("TRUSTED_PROXY_HEADER", choices=("x-forwarded", "forwarded"), default="x-forwarded")

# --- Idempotency-Key --------------------------------------------------------------------------------------------
IDEMPOTENCY_KEEP_HOURS = env.integer("IDEMPOTENCY_KEEP_HOURS", default=24, minimum=1)

# --- HTTP -------------------------------------------------------------------------------------------------------
API_DOCS_ENABLED = env.flag("API_DOCS_ENABLED", default=False)
REST_FRAMEWORK = {
    "DEFAULT_PERMISSION_CLASSES": ["tenon.kernel.http.audience.AudiencePermission"],
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "tenon.platform.api_keys.api.authentication.ApiKeyAuthentication",  # first: it takes what begins with tn_
        "tenon.platform.identity.api.authentication.BearerAuthentication",
    ],
    "DEFAULT_THROTTLE_CLASSES": ["tenon.kernel.http.throttling.RateLimitThrottle"],
    "DEFAULT_RENDERER_CLASSES": ["tenon.kernel.http.renderers.OrjsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["tenon.kernel.http.parsers.StrictJSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "tenon.kernel.http.negotiation.Negotiation",
    "DEFAULT_SCHEMA_CLASS": "tenon.kernel.http.openapi.AutoSchema",
    "DEFAULT_METADATA_CLASS": None,
    "DATETIME_FORMAT": None,  # the renderer writes them, as RFC 3339 in UTC
    "URL_FORMAT_OVERRIDE": None,
    "EXCEPTION_HANDLER": "tenon.kernel.http.problems.exception_handler",
    "UNAUTHENTICATED_USER": None,
    "UNAUTHENTICATED_TOKEN": None,
}

SPECTACULAR_SETTINGS = documentation.spectacular(modules=TENON_MODULES)
CSRF_FAILURE_VIEW = "tenon.delivery.portal.refusals.csrf_failed"
API_THREADS = env.integer("API_THREADS", default=4, minimum=1)  # of one process; one stays free of waiting for bodies
DATA_UPLOAD_MAX_MEMORY_SIZE = env.integer("MAX_BODY_BYTES", default=1_048_576, minimum=1024)

# --- Files ------------------------------------------------------------------------------------------------------
FILES_ROOT = Path(env.text("FILES_ROOT", default=str(BASE_DIR / "var" / "files")))  # served by nobody but ourselves
globals().update(files.from_environment(env))

# --- Static files -------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
# Compressed and named by their hash once `collectstatic` has run; until then served out of the packages.
_collected = (STATIC_ROOT / "staticfiles.json").is_file()
WHITENOISE_USE_FINDERS = not _collected
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "files": files.storage(env, FILES_ROOT),
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if _collected or "collectstatic" in sys.argv
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# --- Security headers ---------------------------------------------------------------------------------------------
USE_HTTPS = env.flag("USE_HTTPS", default=SITE_URL.startswith("https://"))
SECURE_SSL_REDIRECT = USE_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics/"]  # probes come from inside, past the proxy that ends TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY_COUNT else None
SECURE_HSTS_SECONDS = env.integer("HSTS_SECONDS", default=63_072_000, minimum=0) if USE_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "no-referrer"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = USE_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
# Whether a whole domain enters the browsers' preload lists is for its owner to decide, not for one API on it.
# W037: MariaDB builds a conditional index without its condition, and so it is meant.
SILENCED_SYSTEM_CHECKS = ["security.W021", "models.W037"]
# For answers that are data. Pages widen it, each for itself.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {"default-src": [NONE], "base-uri": [NONE], "form-action": [NONE], "frame-ancestors": [NONE]}
}

CORS_ALLOWED_ORIGINS = [origin for origin in env.items("CORS_ALLOWED_ORIGINS") if origin != "*"]
CORS_ALLOW_ALL_ORIGINS = "*" in env.items("CORS_ALLOWED_ORIGINS")
CORS_ALLOW_CREDENTIALS = False
CORS_PREFLIGHT_MAX_AGE = 7200
CORS_ALLOW_HEADERS = [
    *default_headers,
    "idempotency-key",
    "if-match",
    "if-none-match",
    "traceparent",
    "x-api-key",
    "x-cart-token",
    "x-organization-id",
    "x-request-id",
]
CORS_EXPOSE_HEADERS = [
    "Deprecation",
    "ETag",
    "Idempotent-Replayed",
    "Link",
    "Location",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "Sunset",
    "X-Cart-Token",
    "X-RateLimit-Limit",
    "X-RateLimit-Remaining",
    "X-RateLimit-Reset",
    "X-Request-ID",
]

# --- Outbox and relay -------------------------------------------------------------------------------------------
OUTBOX_MAX_ATTEMPTS = env.integer("OUTBOX_MAX_ATTEMPTS", default=15, minimum=1)
OUTBOX_MAX_LOSSES = env.integer("OUTBOX_MAX_LOSSES", default=5, minimum=1)
OUTBOX_LEASE_SECONDS = env.integer("OUTBOX_LEASE_SECONDS", default=60, minimum=1)
OUTBOX_KEEP_DELIVERED_DAYS = env.integer("OUTBOX_KEEP_DELIVERED_DAYS", default=7, minimum=1)
OUTBOX_KEEP_DEAD_DAYS = env.integer("OUTBOX_KEEP_DEAD_DAYS", default=30, minimum=1)
PURGE_REPORTS_KEEP_DAYS = env.integer("PURGE_REPORTS_KEEP_DAYS", default=90, minimum=1)
OPERATIONS_KEEP_DAYS = env.integer("OPERATIONS_KEEP_DAYS", default=30, minimum=1)
RELAY_THREADS = env.integer("RELAY_THREADS", default=2, minimum=1)
RELAY_POLL_SECONDS = env.integer("RELAY_POLL_SECONDS", default=1, minimum=1)
EVENTS_KEEP_DAYS = env.integer("EVENTS_KEEP_DAYS", default=30, minimum=1)  # in the feed of each organization
globals().update(jobs.from_environment(env))  # CELERY_…

# --- Calls to addresses that customers name -----------------------------------------------------------------------
globals().update(outgoing.from_environment(env))

# --- Webhooks -----------------------------------------------------------------------------------------------------
WEBHOOK_CONCURRENCY = env.integer("WEBHOOK_CONCURRENCY", default=16, minimum=1)
WEBHOOK_POLL_SECONDS = env.integer("WEBHOOK_POLL_SECONDS", default=1, minimum=1)
WEBHOOK_KEEP_DAYS = env.integer("WEBHOOK_KEEP_DAYS", default=30, minimum=1)
WEBHOOK_MAX_ENDPOINTS = env.integer("WEBHOOK_MAX_ENDPOINTS", default=100, minimum=1)

# --- Audit ------------------------------------------------------------------------------------------------------
AUDIT_KEEP_DAYS = env.integer("AUDIT_KEEP_DAYS", default=730, minimum=0)  # 0: for ever
ERASURE_GRACE_DAYS = env.integer("ERASURE_GRACE_DAYS", default=30, minimum=0)

# --- Observability ------------------------------------------------------------------------------------------------
METRICS_PUBLIC = env.flag("METRICS_PUBLIC", default=False)
SENTRY_DSN = env.text("SENTRY_DSN")
SENTRY_ENVIRONMENT = env.text("SENTRY_ENVIRONMENT", default="production")
LOG_LEVEL = env.choice("LOG_LEVEL", choices=("DEBUG", "INFO", "WARNING", "ERROR"), default="INFO")
LOG_FORMAT = env.choice("LOG_FORMAT", choices=("json", "console"), default="json")
LOG_DIR = Path(env.text("LOG_DIR", default=str(BASE_DIR / "logs"))) if env.flag("LOG_FILES", default=False) else None
LOGGING = logs.configuration(form=LOG_FORMAT, level=LOG_LEVEL, folder=LOG_DIR)
DJANGO_STRUCTLOG_USER_ID_FIELD = "id"
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = logging.INFO  # a caller's mistake, not ours

# --- Mail -------------------------------------------------------------------------------------------------------
globals().update(mail.from_environment(env, site_url=SITE_URL))

# --- Notifications ------------------------------------------------------------------------------------------------
globals().update(notifications.from_environment(env, websockets_by_default=False))
CHANNEL_LAYERS = notifications.layers(REDIS_URL, prefix=REDIS_KEY_PREFIX)

# --- Payments ---------------------------------------------------------------------------------------------------
globals().update(orders.from_environment(env))
globals().update(payments.from_environment(env))
