"""Two colleagues: one makes an organization and invites, the other follows the letter and works along."""

from tenon.platform.identity.tests.factories import new_address
from tenon.testing.client import Api
from tests.journeys.conftest import PASSWORD, path_of, sign_in


def test_from_an_invitation_to_working_along(member, delivered):
    ada = sign_in(member)
    made = ada.post("/api/v1/organizations/", {"name": "Acme Inc.", "timezone": "Europe/Berlin"})
    place = f"/api/v1/organizations/{made.json()['id']}/"

    # Somebody without an account is invited; the letter leads them to one.
    email = new_address()
    assert ada.post(f"{place}invitations/", {"email": email, "role": "member"}).status_code == 201
    [letter] = delivered(email)
    assert "Acme Inc." in letter.subject
    link = letter.links[0]
    assert path_of(link).startswith("/invitation/#token=")
    assert Api().get("/invitation/").status_code == 200

    newcomer = Api()
    newcomer.post("/api/v1/auth/register/", {"email": email, "password": PASSWORD})
    assert newcomer.get(path_of(delivered(email)[-1].links[0])).status_code == 200
    grace = sign_in(email)
    [waiting] = grace.get("/api/v1/my-invites/").json()["data"]
    assert waiting["organization"]["name"] == "Acme Inc."
    assert grace.post("/api/v1/my-invites/accept/", {"token": link.partition("#token=")[2]}).status_code == 200

    me = grace.get("/api/v1/me").json()["data"]
    assert me["current_organization"] == {
        "id": made.json()["id"],
        "name": "Acme Inc.",
        "is_personal": False,
        "owner_id": made.json()["owner_id"],
    }
    assert len(grace.get(f"{place}members/").json()["data"]) == 2

    # She may not rename it until her role allows that, and then may with the next request.
    assert grace.request("PATCH", place, {"name": "Grace's"}).status_code == 403
    grace_id = me["id"]
    assert ada.request("PATCH", f"{place}members/{grace_id}/", {"role": "admin"}).status_code == 204
    assert grace.request("PATCH", place, {"name": "Acme and Hopper"}).status_code == 200

    assert ada.delete(f"{place}members/{grace_id}/").status_code == 204
    assert grace.get(place).status_code == 404
