"""Somebody registers, verifies the address, signs in, looks around, stays signed in, signs out."""

from tenon.testing.client import Api
from tests.journeys.conftest import PASSWORD, path_of, sign_in


def test_from_registering_to_signing_out(api, delivered, email):
    registered = api.post(
        "/api/v1/auth/register/",
        {"email": email, "password": PASSWORD, "username": "ada", "first_name": "Ada", "last_name": "Lovelace"},
    )
    assert registered.status_code == 201
    assert registered.json()["message"] == "Account created. Verify your email address."
    user = registered.json()["user"]
    assert {**user, "id": ""} == {
        "id": "",
        "email": email,
        "username": "ada",
        "first_name": "Ada",
        "last_name": "Lovelace",
        "full_name": "Ada Lovelace",
    }

    # Not before the address is verified.
    credentials = {"email": email, "password": PASSWORD}
    early = api.post("/api/v1/auth/login/", credentials)
    assert (early.status_code, early.json()["code"]) == (403, "email_not_verified")

    (letter,) = delivered(email)
    assert letter.text.startswith("Hello,")  # no name that a stranger may have typed
    assert letter.links[0] in letter.html
    followed = api.get(path_of(letter.links[0]))
    assert (followed.status_code, followed.json()) == (200, {"message": "Email verified"})

    signed_in = api.post("/api/v1/auth/login/", credentials)
    assert signed_in.status_code == 200
    assert signed_in.json()["user"] == user

    api.token = signed_in.json()["access"]
    details = api.get("/user/details/")
    assert details.status_code == 200
    assert {name: details.json()[name] for name in user} == user
    assert details.json()["is_verified"] is True

    refreshed = Api().post("/api/v1/auth/refresh/", {"refresh": signed_in.json()["refresh"]})
    assert refreshed.status_code == 200
    assert refreshed.json()["refresh"] != signed_in.json()["refresh"]
    api.token = refreshed.json()["access"]
    assert Api().post("/api/v1/auth/verify/", {"token": api.token}).json() == {}

    assert api.post("/api/v1/auth/logout/").status_code == 204
    assert api.get("/user/details/").status_code == 401
    for token in refreshed.json().values():
        assert Api().post("/api/v1/auth/verify/", {"token": token}).status_code == 401
    late = Api().post("/api/v1/auth/refresh/", {"refresh": refreshed.json()["refresh"]})
    assert (late.status_code, late.json()["code"]) == (401, "invalid_token")


def test_the_emailed_secret_also_works_by_post(api, delivered, email):
    api.post("/api/v1/auth/register/", {"email": email, "password": PASSWORD})
    secret = delivered(email)[0].links[0].rstrip("/").rpartition("/")[2]

    for _ in range(2):
        verified = api.post("/api/v1/auth/verify-email/", {"token": secret})
        assert (verified.status_code, verified.json()) == (200, {"message": "Email verified"})

    assert api.post("/api/v1/auth/login/", {"email": email, "password": PASSWORD}).status_code == 200


def test_a_lost_letter_is_sent_again(api, delivered, email):
    api.post("/api/v1/auth/register/", {"email": email, "password": PASSWORD})
    assert len(delivered(email)) == 1

    again = api.post("/api/v1/auth/verify-email/resend/", {"email": email})
    assert again.status_code == 202
    first, second = delivered(email)
    assert first.links != second.links

    # Both links work, whichever of the letters is opened.
    assert api.get(path_of(first.links[0])).json() == {"message": "Email verified"}
    assert api.get(path_of(second.links[0])).json() == {"message": "Email verified"}


def test_nothing_more_is_sent_to_a_verified_address(api, delivered, member):
    before = len(delivered(member))
    assert api.post("/api/v1/auth/verify-email/resend/", {"email": member}).status_code == 202
    assert len(delivered(member)) == before


def test_ten_tabs_refresh_at_once_and_stay_signed_in(member):
    browser = sign_in(member)
    answers = [Api().post("/api/v1/auth/refresh/", {"refresh": browser.refresh}) for _ in range(10)]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["refresh"] for answer in answers}) == 1
    for answer in answers:
        assert Api(token=answer.json()["access"]).get("/user/details/").status_code == 200
