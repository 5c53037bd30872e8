"""What an account says of its person; switching it off and on."""

from uuid import uuid4

import pytest

from tenon.kernel.errors import NotFound
from tenon.platform.identity import services
from tenon.platform.identity.errors import InvalidName, InvalidSecret, InvalidToken
from tenon.platform.identity.models import Session, User
from tenon.platform.identity.services.passwords import send_password_reset
from tenon.platform.identity.tests import outbox
from tenon.platform.identity.tests.factories import NOW, PASSWORD, make_user, new_device, start_session

pytestmark = pytest.mark.django_db


def test_disabling_ends_all_sessions():
    user, neighbour = make_user(), make_user()
    mine, theirs = start_session(user), start_session(neighbour)
    services.disable_user(user_id=user.id, now=NOW)
    assert not User.objects.get(pk=user.pk).is_active
    assert Session.objects.get(pk=mine.session_id).revoke_reason == "user_disabled"
    with pytest.raises(InvalidToken):
        services.verify_token(token=mine.access, now=NOW)
    services.verify_token(token=theirs.access, now=NOW)
    assert outbox.event_names() == ["identity.session_revoked", "identity.user_disabled"]


def test_disabling_closes_links_already_mailed_for_good():
    user = make_user()
    send_password_reset(address=user.email_normalized, now=NOW)
    secret = outbox.letters()[0].context["link"].partition("#token=")[2]
    services.disable_user(user_id=user.id, now=NOW)
    services.enable_user(user_id=user.id, now=NOW)
    with pytest.raises(InvalidSecret):
        services.reset_password(token=secret, password="quite-another-horse-9-battery", now=NOW)


def test_enabling_lets_the_person_in_again_but_revives_no_session():
    user = make_user()
    before = start_session(user)
    services.disable_user(user_id=user.id, now=NOW)
    services.enable_user(user_id=user.id, now=NOW)
    with pytest.raises(InvalidToken):
        services.refresh(token=before.refresh, now=NOW)
    assert services.sign_in(email=user.email, password=PASSWORD, device=new_device(), now=NOW).user.is_active
    assert outbox.event_names()[-1] == "identity.user_enabled"


@pytest.mark.parametrize("switch", [services.disable_user, services.enable_user])
def test_an_account_that_is_not_there(switch):
    with pytest.raises(NotFound):
        switch(user_id=uuid4(), now=NOW)
    assert outbox.events() == []


@pytest.mark.parametrize("field", ["username", "first_name", "last_name"])
def test_a_name_of_several_lines_is_refused_whole(field):
    user = make_user(first_name="Ada")
    with pytest.raises(InvalidName) as refusal:
        services.update_profile(user_id=user.id, changes={"timezone": "Asia/Tokyo", field: "a\r\nb"})
    assert [fault.pointer for fault in refusal.value.errors] == [f"/{field}"]
    assert User.objects.get(pk=user.pk).timezone == user.timezone
