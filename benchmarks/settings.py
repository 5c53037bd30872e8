"""Production settings for measuring: any database, plain HTTP, one extra route, and optionally Django's own hasher."""

import os

os.environ.setdefault("SECRET_KEY", "only-for-benchmarks-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGH")
os.environ.setdefault("DATABASE_URL", "sqlite:///var/benchmark.sqlite3")

from tenon.delivery.settings.base import *  # noqa: F403

ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "benchmarks.urls"
# Counted, where that is what is measured, and never reached.
RATE_LIMITS = dict.fromkeys(RATE_LIMITS, "999999999/day" if os.environ.get("BENCH_LIMITS") == "on" else "off")  # noqa: F405

if os.environ.get("BENCH_HASHER") == "pbkdf2":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
