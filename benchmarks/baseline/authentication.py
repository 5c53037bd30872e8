"""A bearer token and the user's row behind it, step by step as simplejwt's `JWTAuthentication` does it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import jwt
from django.conf import settings
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from benchmarks.baseline.models import User


def token_of(user_id: UUID, *, now: datetime) -> str:
    """An access token that lives for a day."""
    claims = {"token_type": "access", "exp": now + timedelta(days=1), "iat": now, "jti": "0", "user_id": str(user_id)}
    return jwt.encode(claims, settings.SECRET_KEY, algorithm="HS256")


class JWTAuthentication(BaseAuthentication):
    """`Authorization: Bearer <token>`."""

    def authenticate(self, request: Request) -> tuple[User, dict[str, Any]] | None:
        kind, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if kind != "Bearer":
            return None
        try:
            claims = jwt.decode(token, settings.SECRET_KEY, algorithms=["HS256"])
        except jwt.InvalidTokenError:
            raise AuthenticationFailed("Token is invalid") from None
        if claims.get("token_type") != "access" or datetime.fromtimestamp(claims["exp"], UTC) < datetime.now(UTC):
            raise AuthenticationFailed("Token has wrong type")
        try:
            user = User.objects.get(id=claims["user_id"])
        except User.DoesNotExist:
            raise AuthenticationFailed("User not found") from None
        if not user.is_active:
            raise AuthenticationFailed("User is inactive")
        return user, claims

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'
