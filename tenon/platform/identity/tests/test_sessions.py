"""Sessions: how they start, how they are seen, and how they end."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tenon.kernel.errors import NotFound
from tenon.platform.identity import selectors, services
from tenon.platform.identity.errors import InvalidCredentials, InvalidToken
from tenon.platform.identity.models import Session, User
from tenon.platform.identity.services import Device
from tenon.platform.identity.services.sessions import GRACE
from tenon.platform.identity.tests import outbox
from tenon.platform.identity.tests.factories import NOW, SECOND, make_user, start_session
from tenon.platform.identity.tests.turns import is_good, refresh

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def test_verifying_tells_good_tokens_and_changes_nothing():
    signed_in = start_session(make_user())
    before = Session.objects.values().get()
    assert is_good(signed_in.access)
    assert is_good(signed_in.refresh)
    assert Session.objects.values().get() == before


def test_verifying_follows_the_turns_of_the_session():
    first = start_session(make_user()).refresh
    second = refresh(first)
    assert is_good(first, after=GRACE)
    assert not is_good(first, after=GRACE + SECOND)
    assert is_good(second, after=GRACE + SECOND)
    third = refresh(second)
    assert not is_good(first)
    assert is_good(third)
    assert Session.objects.get().revoked_at is None


@pytest.mark.parametrize("token", ["", "x", "tnr_x", "a.b.c", "\ud800"])
def test_verifying_refuses_junk(token: str):
    assert not is_good(token)


def test_verifying_sees_what_has_ended():
    user = make_user()
    signed_in = start_session(user)
    services.sign_out(session_id=signed_in.session_id, now=NOW)
    assert not is_good(signed_in.access)
    assert not is_good(signed_in.refresh)


def test_signing_out_ends_one_session_and_may_be_repeated():
    user = make_user()
    mine, other = start_session(user), start_session(user)
    for after in (0, 1):
        services.sign_out(session_id=mine.session_id, now=NOW + SECOND * after)
    session = Session.objects.get(pk=mine.session_id)
    assert (session.revoked_at, session.revoke_reason) == (NOW, "signed_out")
    assert is_good(other.refresh)
    assert [name for name, payload in outbox.events()] == ["identity.session_revoked"]
    services.sign_out(session_id=uuid4(), now=NOW)


def test_signing_out_everywhere_ends_all_of_ones_own():
    user, neighbour = make_user(), make_user()
    mine = [start_session(user) for _ in range(3)]
    theirs = start_session(neighbour)
    services.sign_out_everywhere(user_id=user.id, now=NOW)
    assert not any(is_good(signed_in.refresh) for signed_in in mine)
    assert is_good(theirs.refresh)
    told = {payload["session_id"] for _, payload in outbox.events()}
    assert told == {str(signed_in.session_id) for signed_in in mine}


def test_signing_out_elsewhere_leaves_this_session():
    user = make_user()
    here, elsewhere, neighbours = start_session(user), start_session(user), start_session(make_user())
    services.sign_out_elsewhere(user_id=user.id, session_id=here.session_id, now=NOW)
    assert [is_good(each.refresh) for each in (here, elsewhere, neighbours)] == [True, False, True]


def test_signing_out_by_an_older_refresh_token():
    first = start_session(make_user()).refresh
    second = refresh(first)
    services.sign_out_by_token(token=first, now=NOW + DAY)
    assert Session.objects.get().revoke_reason == "signed_out"
    with pytest.raises(InvalidToken):
        refresh(second)
    with pytest.raises(InvalidToken):
        services.sign_out_by_token(token=first[:-1], now=NOW)


def test_what_has_run_out_is_not_ended_again():
    user = make_user()
    start_session(user)
    services.sign_out_everywhere(user_id=user.id, now=NOW + DAY * 31)
    assert Session.objects.get().revoked_at is None
    assert outbox.events() == []


def test_a_session_is_revoked_by_its_owner_only():
    user, neighbour = make_user(), make_user()
    mine, theirs = start_session(user), start_session(neighbour)
    for session_id in (theirs.session_id, uuid4()):
        with pytest.raises(NotFound):
            services.revoke_session(user_id=user.id, session_id=session_id, now=NOW)
    assert is_good(theirs.refresh)
    services.revoke_session(user_id=user.id, session_id=mine.session_id, now=NOW)
    assert Session.objects.get(pk=mine.session_id).revoke_reason == "revoked"
    with pytest.raises(NotFound):
        services.revoke_session(user_id=user.id, session_id=mine.session_id, now=NOW)


def test_starting_a_session_takes_an_active_account():
    with pytest.raises(InvalidCredentials):
        start_session(make_user(is_active=False))
    with pytest.raises(InvalidCredentials):
        services.start_session(user_id=uuid4(), device=Device(), now=NOW)
    assert not Session.objects.exists()


def test_starting_a_session_notes_the_sign_in():
    user = make_user()
    assert start_session(user).user.last_login == NOW
    assert User.objects.get(pk=user.pk).last_login == NOW


def test_a_long_user_agent_is_cut():
    session_id = start_session(make_user(), device=Device(user_agent="a" * 5000, ip="192.0.2.1")).session_id
    assert len(Session.objects.get(pk=session_id).user_agent) == 400


def test_the_list_of_sessions_holds_ones_own_live_ones():
    user = make_user()
    kept, ended, _neighbours = start_session(user), start_session(user), start_session(make_user())
    services.sign_out(session_id=ended.session_id, now=NOW)
    listed = selectors.sessions_of(user_id=user.id, now=NOW)
    assert [session.id for session in listed] == [kept.session_id]
    assert not selectors.sessions_of(user_id=user.id, now=NOW + DAY * 31).exists()


def test_the_facts_of_an_account():
    user = make_user(first_name="Ada", last_name="Lovelace", timezone="Europe/London")
    facts = selectors.user_facts(user_id=user.id)
    assert facts == selectors.facts_of(user)
    assert (facts.full_name, facts.timezone, facts.is_authenticated, facts.pk) == (
        "Ada Lovelace",
        "Europe/London",
        True,
        user.id,
    )
    assert not hasattr(facts, "password")
    with pytest.raises(NotFound):
        selectors.user_facts(user_id=uuid4())
