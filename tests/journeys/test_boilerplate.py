"""A frontend of the Boilerplate backend: JWT by `/api/auth/jwt/…`, and its sample of long work, as documented."""

import pytest

from tenon.kernel import clock
from tenon.kernel.outbox import relay
from tenon.platform.identity import services
from tenon.testing.client import Api


@pytest.fixture
def admin():
    """The document's administrator."""
    services.create_superuser(email="admin@example.com", password="a-fine-Password-7", now=clock.now())


@pytest.mark.usefixtures("admin")
def test_obtain_call_refresh_verify():
    # The document's own request, with a password in its place.
    obtained = Api().post(
        "/api/auth/jwt/token/",
        b'{"email":"admin@example.com","password":"<your password>"}'.replace(b"<your password>", b"a-fine-Password-7"),
    )
    assert obtained.status_code == 200
    assert set(obtained.json()) == {"access", "refresh"}

    assert Api(token=obtained.json()["access"]).get("/user/details/").json()["email"] == "admin@example.com"

    refreshed = Api().post("/api/auth/jwt/refresh/", {"refresh": obtained.json()["refresh"]})
    assert refreshed.status_code == 200
    assert set(refreshed.json()) == {"access", "refresh"}

    verified = Api().post("/api/auth/jwt/verify/", {"token": refreshed.json()["access"]})
    assert (verified.status_code, verified.json()) == (200, {})


@pytest.mark.usefixtures("admin")
def test_wrong_credentials_and_tokens():
    wrong = Api().post("/api/auth/jwt/token/", {"email": "admin@example.com", "password": "<your password>"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "invalid_credentials")
    for path, body in (("refresh", {"refresh": "eyJhbGciOi"}), ("verify", {"token": "eyJhbGciOi"})):
        refused = Api().post(f"/api/auth/jwt/{path}/", body)
        assert (refused.status_code, refused.json()["code"]) == (401, "invalid_token")
        assert refused["WWW-Authenticate"] == "Bearer"


def test_an_unverified_address_is_refused_with_the_reason(email):
    credentials = {"email": email, "password": "a-fine-Password-7"}
    Api().post("/api/v1/auth/register/", credentials)
    refused = Api().post("/api/auth/jwt/token/", credentials)
    assert (refused.status_code, refused.json()["code"]) == (403, "email_not_verified")


@pytest.mark.usefixtures("admin")
def test_background_work_is_triggered_and_watched():
    tokens = Api().post("/api/auth/jwt/token/", {"email": "admin@example.com", "password": "a-fine-Password-7"}).json()
    api = Api(token=tokens["access"])
    assert Api().post("/api/v1/trigger-task").status_code == 401

    triggered = api.post("/api/v1/trigger-task")
    assert triggered.status_code == 202
    assert set(triggered.json()) == {"message", "task_id"}
    where = triggered["Location"]
    assert triggered.json()["task_id"] in where
    assert int(triggered["Retry-After"]) > 0

    waiting = api.get(where).json()
    assert (waiting["state"], waiting["progress"], waiting["result"]) == ("pending", 0, None)
    relay.drain()
    done = api.get(where).json()
    assert (done["state"], done["progress"], done["error"]) == ("succeeded", 1, None)
    assert done["result"] == {"below": 20_000, "primes": 2262}
    assert [each["id"] for each in api.get("/api/v1/operations/").json()["data"]] == [done["id"]]
