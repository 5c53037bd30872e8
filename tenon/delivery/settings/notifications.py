"""Notifications: how long they are kept, and the services that pushes go through. All by environment."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from tenon.kernel.env import Env


def from_environment(env: Env, *, websockets_by_default: bool) -> dict[str, object]:
    """NOTIFICATIONS_*, WEBSOCKET*, FCM_* and APNS_*. Raises ImproperlyConfigured, naming the variable."""
    apns_key = _secret(env.text("APNS_KEY"), variable="APNS_KEY")
    apns = {
        "APNS_KEY_ID": env.text("APNS_KEY_ID"),
        "APNS_TEAM_ID": env.text("APNS_TEAM_ID"),
        "APNS_TOPIC": env.text("APNS_TOPIC"),
    }
    if apns_key and not all(apns.values()):
        raise ImproperlyConfigured(
            f"APNS_KEY needs {', '.join(name for name, value in apns.items() if not value)} beside it."
        )
    sandbox = "sandbox." if env.flag("APNS_SANDBOX", default=False) else ""
    return {
        "WEBSOCKETS_ENABLED": env.flag("WEBSOCKETS_ENABLED", default=websockets_by_default),
        "WORKER_ONLY_SOCKETS": env.flag("WORKER_ONLY_SOCKETS", default=False),
        "WEBSOCKET_ROUTES": {"/ws/notifications/": "tenon.platform.notifications.consumers.Sockets"},
        "WEBSOCKET_MAX_CONNECTIONS": env.integer("WEBSOCKET_MAX_CONNECTIONS", default=5000, minimum=1),
        "NOTIFICATIONS_KEEP_READ_DAYS": env.integer("NOTIFICATIONS_KEEP_READ_DAYS", default=90, minimum=1),
        "FCM_CREDENTIALS": _secret(env.text("FCM_CREDENTIALS"), variable="FCM_CREDENTIALS"),
        "FCM_ORIGIN": "https://fcm.googleapis.com",
        "APNS_KEY": apns_key,
        **apns,
        "APNS_HOST": f"api.{sandbox}push.apple.com",
        "APNS_PORT": 443,
        "PUSH_CA_FILE": env.text("PUSH_CA_FILE"),
    }


def layers(redis_url: str, *, prefix: str) -> dict[str, Any]:
    """Channels' layers: in Redis where there is one, so that all processes hear of each other's hints."""
    if not redis_url:
        return {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    # Longer than Channels waits in one command for something to come; redis-py's own 5 seconds would cut off each wait.
    host = {"address": redis_url, "socket_timeout": 15}
    config = {"hosts": [host], "prefix": f"{prefix}:channels", "expiry": 60, "capacity": 1000}
    return {"default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": config}}


def _secret(value: str, *, variable: str) -> str:
    """The text itself, or that of the file which it names: both kinds of key begin with a bracket or a dash."""
    if not value or value.startswith(("{", "-----BEGIN")):
        return value.replace("\\n", "\n") if value.startswith("-----") else value
    try:
        return Path(value).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise ImproperlyConfigured(f"{variable} must be the key itself or the path of its file.") from None
