"""Every path answers with and without its last slash, and neither redirects."""

import pytest

from tenon.testing.client import Api
from tests.journeys.conftest import sign_in

PATHS = [
    "/api/v1/auth/register/",
    "/api/v1/auth/verify-email/",
    "/api/v1/auth/verify-email/resend/",
    "/api/v1/auth/login/",
    "/api/v1/auth/logout/",
    "/api/v1/auth/refresh/",
    "/api/v1/auth/verify/",
    "/api/v1/auth/password/",
    "/api/v1/auth/password-reset/",
    "/api/v1/auth/password-reset-confirm/",
    "/auth/login/",
    "/auth/signup/",
    "/auth/logout/",
    "/token/refresh/",
    "/api/auth/login/",
    "/api/auth/signup/",
    "/api/auth/logout/",
    "/api/token/refresh/",
    "/api/auth/jwt/token/",
    "/api/auth/jwt/refresh/",
    "/api/auth/jwt/verify/",
    "/api/signup/",
    "/api/login/",
]
READ = ["/api/v1/auth/sessions/", "/user/details/", "/api/user/details/", "/.well-known/jwks.json"]
READ += ["/api/verify/00000000-0000-4000-8000-000000000000/"]


@pytest.mark.parametrize("path", PATHS)
def test_posts(path):
    assert _essence(Api().post(path)) == _essence(Api().post(path.rstrip("/")))


@pytest.mark.parametrize("path", READ)
def test_reads(path, member):
    person = sign_in(member)
    with_slash, without = f"{path.rstrip('/')}/", path.rstrip("/")
    assert _essence(person.get(with_slash)) == _essence(person.get(without))
    assert person.get(path).status_code in {200, 400}


def _essence(answer):
    body = answer.json() if answer.content else None
    if isinstance(body, dict):
        body.pop("request_id", None)
    assert answer.status_code not in {301, 302, 307, 308, 404, 500}
    return answer.status_code, body
