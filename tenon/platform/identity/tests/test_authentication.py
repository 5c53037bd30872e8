"""Bearer tokens of requests."""

from datetime import timedelta

import pytest
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from tenon.kernel import clock
from tenon.kernel.principal import Principal, PrincipalKind
from tenon.platform.identity import selectors, services
from tenon.platform.identity.api.authentication import BearerAuthentication, LenientBearerAuthentication
from tenon.platform.identity.engines import access_tokens
from tenon.platform.identity.errors import InvalidToken
from tenon.platform.identity.models import Session, User
from tenon.platform.identity.tests.factories import make_user, start_session
from tenon.platform.identity.tests.forgeries import forgeries

pytestmark = pytest.mark.django_db


def authenticate(header: str | None, *, by: type[BearerAuthentication] = BearerAuthentication):
    request = APIRequestFactory().get("/")
    if header is not None:
        request.META["HTTP_AUTHORIZATION"] = header
    return by().authenticate(Request(request))


@pytest.mark.parametrize(
    ("is_staff", "kind", "scheme"), [(False, PrincipalKind.USER, "Bearer"), (True, PrincipalKind.STAFF, "bearer")]
)
def test_a_good_token_tells_who_is_asking(is_staff: bool, kind: PrincipalKind, scheme: str):
    user = make_user(is_staff=is_staff)
    signed_in = start_session(user, now=clock.now())
    facts, principal = authenticate(f"{scheme} {signed_in.access}")
    assert facts == selectors.user_facts(user_id=user.id)
    assert principal == Principal(kind=kind, id=user.id, session_id=signed_in.session_id)
    assert facts.is_authenticated
    assert principal.is_authenticated


def test_it_costs_one_query_and_writes_nothing(django_assert_num_queries):
    token = start_session(make_user(), now=clock.now()).access
    before = Session.objects.values().get()
    with django_assert_num_queries(1) as asked:
        authenticate(f"Bearer {token}")
    assert asked.captured_queries[0]["sql"].startswith("SELECT")
    assert Session.objects.values().get() == before


@pytest.mark.parametrize("header", [None, "", "Basic YTpi", "Token abc", "Bearerx abc", "tnr_abc"])
def test_other_schemes_are_left_to_others(header: str | None):
    assert authenticate(header) is None


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer a b", "Bearer x", "Bearer é", "Bearer ,", "BEARER null"]
)
def test_malformed_headers_are_refused(header: str):
    with pytest.raises(InvalidToken):
        authenticate(header)


def test_forgeries_cost_no_query(django_assert_num_queries):
    now = clock.now()
    token = start_session(make_user(), now=now).access
    with django_assert_num_queries(0):
        for name, forged in forgeries(token, now=now):
            header = f"Bearer {forged}".encode("latin-1", "replace").decode("latin-1")
            if not forged.strip() or forged.strip() == token:
                continue  # around a header's value white space means nothing
            with pytest.raises(InvalidToken):
                assert authenticate(header) is None, name


def test_a_refresh_token_is_no_access_token():
    with pytest.raises(InvalidToken):
        authenticate(f"Bearer {start_session(make_user(), now=clock.now()).refresh}")


def test_signing_out_acts_on_the_next_request():
    signed_in = start_session(make_user(), now=clock.now())
    authenticate(f"Bearer {signed_in.access}")
    services.sign_out(session_id=signed_in.session_id, now=clock.now())
    with pytest.raises(InvalidToken):
        authenticate(f"Bearer {signed_in.access}")


def test_disabling_acts_on_the_next_request():
    user = make_user()
    token = start_session(user, now=clock.now()).access
    User.objects.filter(pk=user.pk).update(is_active=False)
    with pytest.raises(InvalidToken):
        authenticate(f"Bearer {token}")


def test_becoming_staff_acts_on_the_next_request():
    user = make_user()
    token = start_session(user, now=clock.now()).access
    User.objects.filter(pk=user.pk).update(is_staff=True)
    assert authenticate(f"Bearer {token}")[1].kind is PrincipalKind.STAFF


def test_the_session_of_one_account_serves_no_other():
    mine, yours = make_user(), make_user()
    session_id = start_session(mine, now=clock.now()).session_id
    token = access_tokens.issue(user_id=yours.id, session_id=session_id, now=clock.now())
    with pytest.raises(InvalidToken):
        authenticate(f"Bearer {token}")


def test_an_expired_token_is_refused(settings):
    now = clock.now() - settings.JWT_ACCESS_TOKEN_LIFETIME - timedelta(minutes=1)
    token = start_session(make_user(), now=now).access
    with pytest.raises(InvalidToken):
        authenticate(f"Bearer {token}")
    assert authenticate(f"Bearer {token}", by=LenientBearerAuthentication) is None


def test_the_challenge_names_the_scheme():
    assert BearerAuthentication().authenticate_header(Request(APIRequestFactory().get("/"))) == 'Bearer realm="api"'
