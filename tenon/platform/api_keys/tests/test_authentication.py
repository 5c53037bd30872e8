"""Keys of requests: who is asking, and what acts on the next request."""

from datetime import timedelta

import pytest
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from tenon.kernel import clock, permissions
from tenon.kernel.principal import Principal, PrincipalKind
from tenon.platform.api_keys import services
from tenon.platform.api_keys.api.authentication import ApiKeyAuthentication
from tenon.platform.api_keys.errors import AmbiguousCredentials, InvalidApiKey
from tenon.platform.api_keys.models import Credential
from tenon.platform.api_keys.tests.factories import make_key
from tenon.platform.identity.tests.factories import make_user, start_session
from tenon.platform.organizations import services as organizations
from tenon.platform.organizations.tests.factories import acting_as, make_organization
from tenon.testing.client import Api
from tenon.testing.queries import query_budget

pytestmark = pytest.mark.django_db


@pytest.fixture
def made():
    """An organization."""
    return make_organization()


@pytest.fixture
def owner(made):
    """Its owner, acting."""
    return acting_as(made.owner_id, made.id)


@pytest.fixture
def key(made):
    """A key of it."""
    return make_key(made.id, "members:list", "organizations:update")


def authenticate(authorization: str | None = None, x_api_key: str | None = None):
    request = APIRequestFactory().get("/")
    for name, value in {"HTTP_AUTHORIZATION": authorization, "HTTP_X_API_KEY": x_api_key}.items():
        if value is not None:
            request.META[name] = value
    return ApiKeyAuthentication().authenticate(Request(request))


def test_a_good_key_tells_who_is_asking_and_what_it_may(made, key):
    for caller, principal in (
        authenticate(f"Bearer {key.secret}"),
        authenticate(f"bearer  {key.secret} "),
        authenticate(x_api_key=key.secret),
        authenticate(f"Bearer {key.secret}", key.secret),
    ):
        assert (caller.id, caller.pk, caller.is_authenticated) == (key.key.id, key.key.id, True)
        assert principal == Principal(
            PrincipalKind.API_KEY,
            key.key.id,
            organization_id=made.id,
            permissions=frozenset({"members:list", "organizations:update"}),
        )


def test_it_costs_one_query_and_once_a_minute_a_small_update(key):
    with query_budget(2) as queries:
        authenticate(f"Bearer {key.secret}")
    assert [query.split()[0] for query in queries] == ["SELECT", "UPDATE"]
    with query_budget(1):
        authenticate(f"Bearer {key.secret}")


@pytest.mark.parametrize("header", [None, "", "Basic YTpi", "Bearer", "Bearer eyJ.a.b", "Token tn_live", "Bearertn_x"])
def test_other_credentials_are_left_to_others(header):
    assert authenticate(header) is None


@pytest.mark.parametrize("text", ["tn_", "tn_ x", "tn_live", "tn_é", "tn_test_aaaaaaaa_b_c", "tn_test " * 20])
def test_what_begins_like_a_key_is_one_or_refused(text, django_assert_num_queries):
    with django_assert_num_queries(0):
        for headers in ((f"Bearer {text}", None), (None, text)):
            with pytest.raises(InvalidApiKey):
                authenticate(*headers)


def test_two_credentials_that_differ_are_refused(made, key):
    other = make_key(made.id)
    token = start_session(make_user(), now=clock.now()).access
    for authorization in (f"Bearer {other.secret}", f"Bearer {token}", "Basic YTpi", f"Token {key.secret}"):
        with pytest.raises(AmbiguousCredentials):
            authenticate(authorization, key.secret)


def test_a_secret_of_another_environment_is_refused(key, settings, django_assert_num_queries):
    settings.API_KEY_ENVIRONMENT = "live"
    with django_assert_num_queries(0), pytest.raises(InvalidApiKey):
        authenticate(f"Bearer {key.secret}")


def test_revoking_acts_on_the_next_request(owner, key):
    authenticate(f"Bearer {key.secret}")
    services.revoke(principal=owner, key_id=key.key.id, now=clock.now())
    with pytest.raises(InvalidApiKey):
        authenticate(f"Bearer {key.secret}")


def test_an_expired_key_is_refused(made):
    now = clock.now()
    key = make_key(made.id, expires_at=now + timedelta(hours=1))
    ask = {"text": key.secret, "ip": "192.0.2.1"}
    assert services.authenticate(**ask, now=now + timedelta(minutes=59)).id == key.key.id
    with pytest.raises(InvalidApiKey):
        services.authenticate(**ask, now=now + timedelta(hours=1))


def test_the_keys_of_a_closed_organization_are_refused(made, owner, key):
    organizations.close(principal=owner, name=made.name, now=clock.now())
    with pytest.raises(InvalidApiKey):
        authenticate(f"Bearer {key.secret}")


def test_a_scope_that_no_app_declares_any_more_is_none(made, key, monkeypatch):
    Credential.objects.filter(pk=key.key.id).update(scopes=["members:list", "gone:read", "members:invite"])
    assert authenticate(f"Bearer {key.secret}")[1].permissions == {"members:list"}
    monkeypatch.setattr(permissions, "_declared", {})
    assert authenticate(f"Bearer {key.secret}")[1].permissions == frozenset()


def test_use_is_noted_at_most_once_a_minute(key):
    now = clock.now()

    def seen():
        return Credential.objects.values_list("last_used_at", "last_used_ip").get(pk=key.key.id)

    services.authenticate(text=key.secret, ip="192.0.2.1", now=now)
    services.authenticate(text=key.secret, ip="192.0.2.2", now=now + timedelta(seconds=59))
    assert seen() == (now, "192.0.2.1")
    services.authenticate(text=key.secret, ip="2001:db8::7", now=now + timedelta(seconds=60))
    assert seen() == (now + timedelta(seconds=60), "2001:db8::7")


def test_a_refused_secret_is_no_use(key):
    other = services.Issued(key.key, key.secret)
    with pytest.raises(InvalidApiKey):
        services.authenticate(text=other.secret + "x", ip="192.0.2.1", now=clock.now())
    assert Credential.objects.get(pk=key.key.id).last_used_at is None


def test_a_refusal_names_the_scheme(key):
    answer = Api(token=key.secret[:-1] + ("0" if key.secret[-1] != "0" else "1")).get("/api/v1/api-keys/current/")
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_api_key")
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'
