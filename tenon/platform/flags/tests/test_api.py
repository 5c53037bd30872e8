"""The features that a client may know of."""

import pytest

from tenon.platform.api_keys.tests.factories import make_key, programs
from tenon.platform.flags.tests.factories import make_flag
from tenon.platform.organizations.tests.factories import make_organization, make_user
from tenon.platform.organizations.tests.people import signed_in
from tenon.testing.client import Api

pytestmark = pytest.mark.django_db
FEATURES = "/api/v1/features/"


def features(api, query="", **options):
    answer = api.get(FEATURES + query, **options)
    assert answer.status_code == 200, answer.content
    return {row["key"]: row["is_on"] for row in answer.json()["data"]}


def test_only_what_is_exposed_is_told_and_no_rule():
    make_flag("hidden", rest=True)
    make_flag("shown", rest=True, is_exposed=True, variants=[{"name": "blue", "value": {"hue": 240}}])
    answer = Api().get(FEATURES)
    assert answer.json() == {
        "data": [{"key": "shown", "is_on": True, "variant": "blue", "value": {"hue": 240}, "reason": "STATIC"}]
    }
    assert answer["Cache-Control"] == "private, no-store"


def test_everybody_is_told_their_own():
    alice, bob = make_user(), make_user()
    organization = make_organization(alice)
    make_flag("for-alice", is_exposed=True, rules=[{"users": [str(alice.id)]}])
    make_flag("for-acme", is_exposed=True, rules=[{"organizations": [str(organization.id)]}])
    make_flag("for-admins", is_exposed=True, rules=[{"permissions": ["organizations:update"]}])
    assert features(signed_in(alice)) == {"for-alice": True, "for-acme": True, "for-admins": True}
    assert features(signed_in(bob)) == {"for-alice": False, "for-acme": False, "for-admins": False}
    assert features(Api()) == {"for-alice": False, "for-acme": False, "for-admins": False}
    key = programs(make_key(organization.id, "members:list"))
    assert features(key) == {"for-alice": False, "for-acme": True, "for-admins": False}


def test_nobody_sees_the_features_of_an_organization_of_others():
    organization = make_organization()
    answer = signed_in(make_user()).get(FEATURES, headers={"X-Organization-ID": str(organization.id)})
    assert answer.status_code == 404


def test_a_guest_keeps_their_values():
    make_flag("half", is_exposed=True, rules=[{"percentage": 50}])
    values = {number: features(Api(), f"?subject=cart-{number}")["half"] for number in range(20)}
    assert set(values.values()) == {True, False}
    assert all(features(Api(), f"?subject=cart-{number}")["half"] is value for number, value in values.items())
    assert Api().get(f"{FEATURES}?subject=%20").status_code == 400
    assert Api().get(f"{FEATURES}?who=me").status_code == 400
