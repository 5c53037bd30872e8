"""What the API keys of a deployment are called."""

import re

from django.core.exceptions import ImproperlyConfigured

from tenon.kernel.env import Env

_WORD = re.compile(r"[a-z]{2,10}")


def environment(env: Env, *, default: str) -> str:
    """The word behind `tn_`: keys with another one are refused, so that a test's never works on production."""
    word = env.text("API_KEY_ENVIRONMENT", default=default)
    if not _WORD.fullmatch(word):
        raise ImproperlyConfigured(f"API_KEY_ENVIRONMENT: {word!r} is not a word of 2 to 10 letters from a to z.")
    return word
