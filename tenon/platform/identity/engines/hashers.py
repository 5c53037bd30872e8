"""How passwords rest in the database: Argon2id, a bounded number at a time."""

from threading import BoundedSemaphore

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher

_slots = BoundedSemaphore(settings.HASH_CONCURRENCY)


class Argon2idHasher(Argon2PasswordHasher):
    """Argon2id with m = 19456 KiB, t = 2, p = 1 (OWASP Password Storage Cheat Sheet; RFC 9106).

    At most HASH_CONCURRENCY run at once in a process: more would only share the same cores, and a burst of sign-ins
    would take 19 MiB each.
    """

    time_cost = 2
    memory_cost = 19456
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        with _slots:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with _slots:
            return super().verify(password, encoded)
