"""What KitoDeck's details hold."""

import pytest

from tenon.kernel import clock
from tenon.kernel.clock import rfc3339
from tenon.platform.identity.tests.factories import NOW, make_user, start_session
from tenon.testing.client import Api


@pytest.mark.django_db
def test_details_hold_what_a_person_may_see_of_themselves():
    user = make_user(
        username="ada",
        first_name="Ada",
        last_name="Lovelace",
        avatar_url="https://example.com/ada.png",
        phone_number="+44 20 7946 0000",
        timezone="Europe/London",
        locale="en",
        is_staff=True,
    )
    signed_in_at = clock.now()
    token = start_session(user, now=signed_in_at).access

    assert Api(token=token).get("/user/details/").json() == {
        "id": str(user.id),
        "email": user.email,
        "username": "ada",
        "first_name": "Ada",
        "last_name": "Lovelace",
        "full_name": "Ada Lovelace",
        "avatar_url": "https://example.com/ada.png",
        "phone_number": "+44 20 7946 0000",
        "is_staff": True,
        "is_verified": True,
        "timezone": "Europe/London",
        "locale": "en",
        "date_joined": rfc3339(NOW),
        "last_login": rfc3339(signed_in_at),
    }
