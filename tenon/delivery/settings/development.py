"""On a developer's machine: DEBUG, documentation and metrics are open, and the secret makes itself."""

from tenon.delivery.settings import api_keys, outgoing, portal
from tenon.delivery.settings.base import *  # noqa: F403
from tenon.delivery.settings.base import (
    BASE_DIR,
    LOG_DIR,
    LOG_LEVEL,
    SECRET_KEY,
    SITE_NAME,
    SITE_URL,
    TENON_MODULES,
    env,
)
from tenon.delivery.settings.local_secret import local_secret
from tenon.kernel.observability import logs

DEBUG = env.flag("DEBUG", default=True)
SECRET_KEY = SECRET_KEY or local_secret(BASE_DIR / "var" / "secret_key")
ALLOWED_HOSTS = env.items("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
MAGIC_LINK_VERIFY_URL = env.text("MAGIC_LINK_VERIFY_URL", default=SITE_URL)  # the page /magic-verify of our own
MAGIC_LINK_ALLOW_BARE_TOKEN = env.flag("MAGIC_LINK_ALLOW_BARE_TOKEN", default=True)
API_KEY_ENVIRONMENT = api_keys.environment(env, default="dev")
API_DOCS_ENABLED = env.flag("API_DOCS_ENABLED", default=True)
CORS_ALLOWED_ORIGIN_REGEXES = [r"^http://(localhost|127\.0\.0\.1)(:\d+)?$"]
WEBSOCKETS_ENABLED = env.flag("WEBSOCKETS_ENABLED", default=True)
METRICS_PUBLIC = env.flag("METRICS_PUBLIC", default=True)
LOGGING = logs.configuration(form=env.text("LOG_FORMAT", default="console"), level=LOG_LEVEL, folder=LOG_DIR)
UNFOLD = portal.unfold(site_name=SITE_NAME, modules=TENON_MODULES, is_development=True)
globals().update(outgoing.from_environment(env, development=True))
