"""The tables of identity. No row belongs to an organization, so none has a policy: a key or a secret finds it."""

from tenon.platform.identity.models.magic_codes import MagicCode, MagicCodeQuerySet
from tenon.platform.identity.models.one_time_secrets import OneTimeSecret
from tenon.platform.identity.models.sessions import Session, SessionQuerySet
from tenon.platform.identity.models.users import User

__all__ = ["MagicCode", "MagicCodeQuerySet", "OneTimeSecret", "Session", "SessionQuerySet", "User"]
