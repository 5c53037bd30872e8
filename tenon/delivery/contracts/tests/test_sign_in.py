"""What all older ways of signing in have in common."""

import pytest

from tenon.platform.identity.models import Session
from tenon.platform.identity.tests.factories import PASSWORD, make_user
from tenon.testing.client import Api

pytestmark = pytest.mark.django_db

LOGINS = ["/auth/login/", "/api/auth/login/", "/api/auth/jwt/token/", "/api/login/"]


@pytest.mark.parametrize("path", LOGINS)
def test_blanks_at_the_ends_of_a_password_belong_to_it(path):
    email = make_user(password="  correct horse 7  ").email
    assert Api().post(path, {"email": email, "password": "correct horse 7"}).status_code == 401
    assert Api().post(path, {"email": email, "password": "  correct horse 7  "}).status_code == 200


@pytest.mark.parametrize("path", LOGINS)
def test_the_session_knows_its_device(path):
    user, caller = make_user(), Api(device="An older client")
    assert caller.post(path, {"email": user.email, "password": PASSWORD}).status_code == 200
    assert [(each.user_agent, each.ip) for each in Session.objects.filter(user=user)] == [
        ("An older client", caller.address)
    ]
