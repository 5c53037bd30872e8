"""The tables of API keys: the key, which its organization owns, and the credential by which a request finds it."""

from tenon.platform.api_keys.models.credentials import Credential
from tenon.platform.api_keys.models.keys import ApiKey

__all__ = ["ApiKey", "Credential"]
