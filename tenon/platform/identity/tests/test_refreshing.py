"""Refreshing: one successor for each turn, and the end of a session whose token was copied."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction

from tenon.platform.identity import services
from tenon.platform.identity.engines import access_tokens, refresh_tokens
from tenon.platform.identity.errors import InvalidToken
from tenon.platform.identity.models import Session, User
from tenon.platform.identity.services.sessions import GRACE
from tenon.platform.identity.tests import outbox
from tenon.platform.identity.tests.factories import NOW, SECOND, make_user, start_session
from tenon.platform.identity.tests.turns import is_good, refresh

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def test_a_refresh_gives_the_next_token_and_a_new_access_token():
    signed_in = start_session(make_user())
    tokens = services.refresh(token=signed_in.refresh, now=NOW + SECOND)
    session = Session.objects.get(pk=signed_in.session_id)
    assert refresh_tokens.decode(tokens.refresh).counter == session.counter == 1
    assert (session.rotated_at, session.last_used_at) == (NOW + SECOND, NOW + SECOND)
    claims = access_tokens.verify(tokens.access, now=NOW + SECOND)
    assert (claims.session_id, claims.issued_at) == (session.id, NOW + SECOND)
    assert tokens.access != signed_in.access
    assert outbox.events() == []


def test_other_tabs_get_the_same_successor():
    first = start_session(make_user()).refresh
    second = refresh(first)
    assert {refresh(first, after=GRACE * part / 4) for part in range(5)} == {second}
    assert Session.objects.get().counter == 1


def test_the_successor_goes_on_after_the_tabs():
    first = start_session(make_user()).refresh
    second = refresh(first)
    refresh(first, after=SECOND)
    third = refresh(second, after=SECOND * 2)
    assert len({first, second, third}) == 3
    assert Session.objects.get().counter == 2


def test_one_behind_and_late_ends_the_session():
    first = start_session(make_user()).refresh
    second = refresh(first)
    with pytest.raises(InvalidToken):
        refresh(first, after=GRACE + SECOND)
    assert not is_good(second)


def test_a_grandparent_ends_the_session_at_once():
    user = make_user()
    signed_in = start_session(user)
    first = signed_in.refresh
    second = refresh(first)
    third = refresh(second)
    with pytest.raises(InvalidToken):
        refresh(first)
    session = Session.objects.get()
    assert (session.revoked_at, session.revoke_reason) == (NOW, "replayed")
    for token in (second, third):
        with pytest.raises(InvalidToken):
            refresh(token)
    event = {"user_id": str(user.id), "session_id": str(session.id), "reason": "replayed"}
    assert outbox.events() == [("identity.session_revoked", event)]


def test_a_token_from_the_future_ends_the_session():
    """Only a database that was set back, or a leaked key, can make one."""
    session_id = start_session(make_user()).session_id
    with pytest.raises(InvalidToken):
        refresh(refresh_tokens.encode(session_id=session_id, counter=1))
    assert Session.objects.get().revoke_reason == "replayed"


def test_the_revocation_outlives_the_refusal():
    first = start_session(make_user()).refresh
    refresh(refresh(first))
    with pytest.raises(InvalidToken):
        refresh(first)
    assert Session.objects.get().revoked_at == NOW


@pytest.mark.django_db(transaction=True)
def test_a_refresh_refuses_to_run_inside_another_transaction():
    first = start_session(make_user()).refresh
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        refresh(first)


def test_replay_ends_one_session_only():
    user = make_user()
    other = start_session(user)
    first = start_session(user).refresh
    refresh(refresh(first))
    with pytest.raises(InvalidToken):
        refresh(first)
    assert is_good(other.refresh)


def test_a_session_lasts_as_long_as_it_is_used():
    token = start_session(make_user()).refresh
    for day in (29, 58, 87):
        token = refresh(token, after=DAY * day)
    assert Session.objects.get().counter == 3


def test_a_session_left_alone_ends(settings):
    token = start_session(make_user()).refresh
    with pytest.raises(InvalidToken):
        refresh(token, after=settings.JWT_REFRESH_TOKEN_LIFETIME)
    assert refresh(token, after=settings.JWT_REFRESH_TOKEN_LIFETIME - SECOND)


def test_a_session_ends_after_ninety_days_however_often_it_is_used(settings):
    token = start_session(make_user()).refresh
    for day in (25, 50, 75, 89):
        token = refresh(token, after=DAY * day)
    with pytest.raises(InvalidToken):
        refresh(token, after=settings.SESSION_LIFETIME)


def test_staff_are_signed_out_after_twelve_idle_hours():
    token = start_session(make_user(is_staff=True)).refresh
    token = refresh(token, after=timedelta(hours=11))
    with pytest.raises(InvalidToken):
        refresh(token, after=timedelta(hours=23))
    assert refresh(token, after=timedelta(hours=23) - SECOND)


def test_who_becomes_staff_has_the_short_time_from_the_next_refresh():
    user = make_user()
    token = refresh(start_session(user).refresh)
    User.objects.filter(pk=user.pk).update(is_staff=True)
    token = refresh(token)
    assert Session.objects.get().idle_expires_at == NOW + timedelta(hours=12)


@pytest.mark.parametrize(
    "token", ["", "tnr_", "x" * 76, "\ud800", refresh_tokens.encode(session_id=UUID(int=1), counter=0)]
)
def test_unknown_tokens_are_refused(token: str):
    start_session(make_user())
    with pytest.raises(InvalidToken):
        refresh(token)
    assert Session.objects.get().revoked_at is None


def test_an_access_token_refreshes_nothing():
    signed_in = start_session(make_user())
    with pytest.raises(InvalidToken):
        refresh(signed_in.access)


def test_the_token_of_one_session_turns_no_other():
    mine, yours = start_session(make_user()), start_session(make_user())
    stolen = refresh_tokens.decode(mine.refresh)
    assert stolen.session_id == mine.session_id
    swapped = "tnr_" + (yours.refresh[4:25] + mine.refresh[25:])
    with pytest.raises(InvalidToken):
        refresh(swapped)


def test_a_disabled_account_refreshes_nothing_even_without_revocation():
    user = make_user()
    token = start_session(user).refresh
    User.objects.filter(pk=user.pk).update(is_active=False)
    with pytest.raises(InvalidToken):
        refresh(token)
    assert not is_good(token)
