"""Sessions: how they start, turn and end."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from tenon.kernel.errors import NotFound
from tenon.platform.identity import selectors, services
from tenon.platform.identity.engines import access_tokens, refresh_tokens
from tenon.platform.identity.errors import InvalidCredentials, InvalidToken
from tenon.platform.identity.models import Session, User
from tenon.platform.identity.services import Device
from tenon.platform.identity.services.sessions import GRACE
from tenon.platform.identity.tests import outbox
from tenon.platform.identity.tests.factories import NOW, SECOND, make_user, start_session

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def refresh(token: str, *, after: timedelta = timedelta(0)) -> str:
    """The next refresh token."""
    return services.refresh(token=token, now=NOW + after).refresh


def is_good(token: str, *, after: timedelta = timedelta(0)) -> bool:
    try:
        services.verify_token(token=token, now=NOW + after)
    except InvalidToken:
        return False
    return True


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
    "token", ["", "tnr_", "x" * 76, "\ud800", refresh_tokens.encode(session_id=uuid4(), counter=0)]
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
