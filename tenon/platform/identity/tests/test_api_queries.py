"""How many statements a request costs. Counters are left out: with Redis they are none of the database's business."""

import pytest

from tenon.kernel import clock
from tenon.platform.identity.models import User
from tenon.platform.identity.tests.factories import PASSWORD, make_user, new_address, start_session
from tenon.platform.identity.tests.magic import PAGE, mailed, other_than
from tenon.testing.client import Api
from tenon.testing.queries import query_budget

pytestmark = pytest.mark.django_db

MANY = 100


def cost(api: Api, method: str, path: str, body: object = None, *, status: int = 200) -> list[str]:
    """The statements of one request, less counters and what only frames a transaction."""
    with query_budget(MANY) as queries:
        answer = api.request(method, path, body)
    assert answer.status_code == status, answer.content
    return [each for each in queries if "limits_counter" not in each]


@pytest.fixture
def signed_in():
    """The first tokens of a session."""
    return start_session(make_user(), now=clock.now())


@pytest.fixture
def person(signed_in):
    """Somebody signed in."""
    return Api(token=signed_in.access)


@pytest.mark.parametrize("path", ["/user/details/", "/api/user/details/"])
def test_details_cost_the_query_of_authentication_and_no_more(person, path):
    (statement,) = cost(person, "GET", path)
    assert "identity_session" in statement
    assert "identity_user" in statement


def test_details_cost_one_query_where_nothing_is_counted(person, settings, django_assert_num_queries):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "user": "off"}
    with django_assert_num_queries(1):
        person.get("/user/details/")


def test_sign_in(settings):
    email = make_user().email
    found = cost(Api(), "POST", "/api/v1/auth/login/", {"email": email, "password": PASSWORD})
    # The account; its last sign-in; the devices before; the session; its event and the two rows of the audit log.
    assert len(found) == 7


def test_a_refused_sign_in():
    body = {"email": new_address(), "password": "wrong-one-7"}
    assert len(cost(Api(), "POST", "/api/v1/auth/login/", body, status=401)) == 3  # the account; the audit log


def test_register():
    body = {"email": new_address(), "password": PASSWORD}
    # The account; its event and the two rows of the audit log; the job that mails the link.
    assert len(cost(Api(), "POST", "/api/v1/auth/register/", body, status=201)) <= 6


def test_refresh(signed_in):
    body = {"refresh": signed_in.refresh}
    assert len(cost(Api(), "POST", "/api/v1/auth/refresh/", body)) == 3  # the session locked; the account; the turn


@pytest.mark.parametrize("token", ["access", "refresh"])
def test_verify(signed_in, token):
    assert len(cost(Api(), "POST", "/api/v1/auth/verify/", {"token": getattr(signed_in, token)})) == 1


@pytest.mark.parametrize("path", ["/api/v1/auth/password-reset/", "/api/v1/auth/verify-email/resend/"])
def test_asking_for_a_letter(path):
    assert len(cost(Api(), "POST", path, {"email": new_address()}, status=202)) == 1  # the job


@pytest.mark.parametrize("path", ["/api/v1/auth/magic/request/", "/api/auth/magic/request/"])
def test_asking_for_a_magic_code(path, settings):
    settings.MAGIC_LINK_VERIFY_URL = PAGE
    assert len(cost(Api(), "POST", path, {"email": new_address()}, status=202)) == 2  # the code; the job


def test_signing_in_with_a_magic_code(settings):
    settings.MAGIC_LINK_VERIFY_URL = PAGE
    code = mailed(make_user().email, now=clock.now())
    body = {"token": code.code, "challenge_id": str(code.challenge_id)}
    # The code; the attempt; its use; the account; its last sign-in; the devices before; the session; its
    # event and the two rows of the audit log.
    assert len(cost(Api(), "POST", "/api/v1/auth/magic/verify/", body)) == 10


def test_a_wrong_magic_code(settings):
    settings.MAGIC_LINK_VERIFY_URL = PAGE
    code = mailed(make_user().email, now=clock.now())
    body = {"token": other_than(code.code), "challenge_id": str(code.challenge_id)}
    assert (
        len(cost(Api(), "POST", "/api/v1/auth/magic/verify/", body, status=400)) == 4
    )  # the code; the attempt; the audit log


@pytest.mark.parametrize("sessions", [1, 15])
def test_the_list_of_sessions(person, signed_in, sessions):

    for _ in range(sessions - 1):
        start_session(User.objects.get(pk=signed_in.user.id), now=clock.now())
    assert len(cost(person, "GET", "/api/v1/auth/sessions/")) == 2  # the caller; the page, which is all there is
    if sessions > 1:
        assert len(cost(person, "GET", "/api/v1/auth/sessions/?limit=1")) == 3  # and the total


def test_signing_out(person):
    assert len(cost(person, "POST", "/api/v1/auth/logout/", {}, status=204)) <= 6


def test_the_public_keys_cost_nothing():
    assert cost(Api(), "GET", "/.well-known/jwks.json") == []
