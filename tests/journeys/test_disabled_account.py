"""An account is switched off: nothing of it works from the next request on."""

from uuid import UUID

from tenon.kernel import clock
from tenon.platform.identity import services
from tenon.testing.client import Api
from tests.journeys.conftest import PASSWORD, sign_in


def test_a_disabled_account_stops_on_the_next_request(api, member):
    browser = sign_in(member)
    user_id = UUID(browser.get("/user/details/").json()["id"])

    services.disable_user(user_id=user_id, now=clock.now())

    refused = browser.get("/user/details/")
    assert (refused.status_code, refused.json()["code"]) == (401, "invalid_token")
    assert Api().post("/api/v1/auth/refresh/", {"refresh": browser.refresh}).status_code == 401
    signing_in = api.post("/api/v1/auth/login/", {"email": member, "password": PASSWORD})
    assert (signing_in.status_code, signing_in.json()["code"]) == (401, "invalid_credentials")


def test_an_account_that_is_enabled_again_signs_in_anew(member):
    browser = sign_in(member)
    user_id = UUID(browser.get("/user/details/").json()["id"])
    services.disable_user(user_id=user_id, now=clock.now())
    services.enable_user(user_id=user_id, now=clock.now())

    assert browser.get("/user/details/").status_code == 401
    assert sign_in(member).get("/user/details/").status_code == 200


def test_a_disabled_account_gets_no_reset_letter(api, delivered, member):
    user_id = UUID(sign_in(member).get("/user/details/").json()["id"])
    services.disable_user(user_id=user_id, now=clock.now())
    before = len(delivered(member))

    assert api.post("/api/v1/auth/password-reset/", {"email": member}).status_code == 202
    assert len(delivered(member)) == before
