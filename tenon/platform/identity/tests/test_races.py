"""What must hold when it all happens at once, on a database of its own, on every engine."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from threading import Event
from typing import Any
from uuid import UUID

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tenon.kernel import crypto
from tenon.kernel.errors import Forbidden, TooManyRequests
from tenon.platform.identity import services
from tenon.platform.identity.errors import InvalidMagicCode, InvalidToken
from tenon.platform.identity.models import MagicCode, OneTimeSecret, Session, User
from tenon.platform.identity.services import Tokens, one_time_secrets, sessions, staff
from tenon.platform.identity.tests import outbox
from tenon.platform.identity.tests.factories import (
    NOW,
    PASSWORD,
    SECOND,
    make_user,
    new_address,
    new_device,
    start_session,
)
from tenon.platform.identity.tests.magic import PAGE, mailed, other_than
from tenon.platform.identity.tests.threads import together
from tenon.testing.databases import Clone

PARALLEL = 16
OTHER = "quite-another-horse-9-battery"


@pytest.fixture(autouse=True)
def database(module_database: Clone, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """One database for this module: what its tests leave there does no harm, for each brings accounts of its own."""
    with django_db_blocker.unblock(), module_database.in_use():
        yield


def kinds(results: Sequence[object]) -> Counter[str]:
    """How often each kind of result came."""
    return Counter(type(result).__name__ for result in results)


def live_sessions(user: User) -> int:
    return Session.objects.live(NOW).filter(user=user).count()


def test_parallel_refreshes_have_one_successor():
    signed_in = start_session(make_user())
    token = signed_in.refresh
    for turn in range(1, 6):
        now = NOW + SECOND * turn
        results = together([partial(services.refresh, token=token, now=now)] * PARALLEL)
        successors = {result.refresh for result in results if isinstance(result, Tokens)}
        assert kinds(results) == {"Tokens": PARALLEL}
        assert len(successors) == 1
        assert Session.objects.get(pk=signed_in.session_id).counter == turn
        token = successors.pop()


def test_a_refresh_that_is_held_up_does_not_set_the_session_back(monkeypatch):
    """It holds the row's lock, so the two turns of another tab come after it."""
    signed_in = start_session(make_user())
    turning, others_tried, lifetime = Event(), Event(), sessions.idle_lifetime

    def held_up(*, is_staff: bool) -> timedelta:
        monkeypatch.setattr(sessions, "idle_lifetime", lifetime)
        turning.set()
        others_tried.wait(0.5)  # without the lock, the others are done by then
        return lifetime(is_staff=is_staff)

    def two_turns() -> Tokens:
        turning.wait(30)
        second = services.refresh(token=signed_in.refresh, now=NOW)
        third = services.refresh(token=second.refresh, now=NOW)
        others_tried.set()
        return third

    monkeypatch.setattr(sessions, "idle_lifetime", held_up)
    results = together([partial(services.refresh, token=signed_in.refresh, now=NOW), two_turns])
    assert kinds(results) == {"Tokens": 2}
    assert Session.objects.get(pk=signed_in.session_id).counter == 2


def test_parallel_replays_end_the_session_once():
    user = make_user()
    signed_in = start_session(user)
    services.refresh(token=services.refresh(token=signed_in.refresh, now=NOW).refresh, now=NOW)
    results = together([partial(services.refresh, token=signed_in.refresh, now=NOW)] * PARALLEL)
    assert kinds(results) == {"InvalidToken": PARALLEL}
    assert Session.objects.get(pk=signed_in.session_id).revoke_reason == "replayed"
    told = [payload for name, payload in outbox.events() if payload.get("session_id") == str(signed_in.session_id)]
    assert len(told) == 1


def test_the_end_of_a_session_is_told_once():
    user = make_user()
    session_ids = {str(start_session(user).session_id) for _ in range(3)}
    together([partial(services.sign_out_everywhere, user_id=user.id, now=NOW)] * PARALLEL)
    told = [payload["session_id"] for _, payload in outbox.events() if payload.get("user_id") == str(user.id)]
    assert len(told) == 3
    assert set(told) == session_ids


def test_a_refresh_beside_a_sign_out_leaves_nothing_behind():
    for _ in range(3):
        signed_in = start_session(make_user())
        turn = partial(services.refresh, token=signed_in.refresh, now=NOW)
        leave = partial(services.sign_out, session_id=signed_in.session_id, now=NOW)
        calls: list[Callable[[], object]] = [*[turn] * (PARALLEL - 1), leave]
        together(calls)
        assert Session.objects.get(pk=signed_in.session_id).revoke_reason == "signed_out"
        with pytest.raises(InvalidToken):
            turn()


def test_a_secret_is_consumed_once():
    purpose = OneTimeSecret.Purpose.PASSWORD_RESET
    for number in range(5):
        secret = f"{UUID(int=number)}-{new_address()}"
        one_time_secrets.issue(user_id=make_user().id, purpose=purpose, secret=secret, now=NOW)
        use = partial(one_time_secrets.consume, purpose=purpose, secret=secret, now=NOW)
        assert kinds(together([use] * PARALLEL)) == {"NoneType": 1, "InvalidSecret": PARALLEL - 1}


def test_a_reset_succeeds_once_and_its_password_is_the_one_that_stays(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # hashing is not what is tested
    user, secret = make_user(), new_address()
    one_time_secrets.issue(user_id=user.id, purpose=OneTimeSecret.Purpose.PASSWORD_RESET, secret=secret, now=NOW)
    wishes = [f"{OTHER}-{number}" for number in range(PARALLEL)]
    results = together([partial(services.reset_password, token=secret, password=wish, now=NOW) for wish in wishes])
    granted = [wish for wish, result in zip(wishes, results, strict=True) if result is None]
    assert kinds(results) == {"NoneType": 1, "InvalidSecret": PARALLEL - 1}
    assert User.objects.get(pk=user.pk).check_password(granted[0])


def test_an_address_is_registered_once():
    address = new_address()
    spellings = [address.upper() if number % 2 else address for number in range(PARALLEL)]
    results = together(
        [partial(services.register, email=spelling, password=PASSWORD, now=NOW) for spelling in spellings]
    )
    assert kinds(results) == {"UserFacts": 1, "EmailTaken": PARALLEL - 1}
    assert User.objects.filter(email_normalized=address).count() == 1
    assert outbox.jobs("identity.send_verification").count({"address": address}) == 1


def test_no_more_guesses_than_the_limit_are_compared(settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "login_account": "5/5min"}
    user = make_user()
    guess = partial(services.sign_in, email=user.email, password="wrong-horse", device=new_device(), now=NOW)
    assert kinds(together([guess] * PARALLEL)) == {"InvalidCredentials": 5, "TooManyRequests": PARALLEL - 5}
    with pytest.raises(TooManyRequests):
        services.sign_in(email=user.email, password=PASSWORD, device=new_device(), now=NOW)


@pytest.fixture
def unlimited(settings):
    """No limit but the one of the challenge itself; a page that links lead to."""
    settings.RATE_LIMITS = dict.fromkeys(settings.RATE_LIMITS, "off")
    settings.MAGIC_LINK_VERIFY_URL = PAGE
    settings.MAGIC_LINK_ALLOW_BARE_TOKEN = True


@pytest.mark.usefixtures("unlimited")
def test_no_more_than_five_magic_codes_are_compared(monkeypatch):
    compared: list[str] = []
    same = crypto.same

    def counted(left, right):
        compared.append(right)
        return same(left, right)

    monkeypatch.setattr(crypto, "same", counted)
    address = new_address()
    code = mailed(address)
    guess = partial(services.verify_magic_code, token=other_than(code.code), device=new_device(), now=NOW)
    keys: list[dict[str, Any]] = [{"challenge_id": code.challenge_id}, {"email": address}]
    results = together([partial(guess, **keys[number % 2]) for number in range(PARALLEL * 2)])
    assert kinds(results) == {"InvalidMagicCode": PARALLEL * 2}
    assert len(compared) == 5
    assert MagicCode.objects.get(pk=code.challenge_id).attempts == 5
    with pytest.raises(InvalidMagicCode):
        services.verify_magic_code(token=code.code, challenge_id=code.challenge_id, device=new_device(), now=NOW)
    assert len(compared) == 5


@pytest.mark.usefixtures("unlimited")
@pytest.mark.parametrize("is_known", [True, False])
def test_a_magic_code_signs_in_once(is_known: bool):
    """Whether by its digits, beside their challenge or alone, or by its link."""
    address = make_user().email if is_known else new_address()
    code = mailed(address)
    ways: list[dict[str, Any]] = [
        {"token": code.code, "challenge_id": code.challenge_id},
        {"token": code.code},
        {"token": code.secret},
    ]
    use = partial(services.verify_magic_code, device=new_device(), now=NOW)
    results = together([partial(use, **ways[number % 3]) for number in range(PARALLEL)])
    assert kinds(results) == {"SignedIn": 1, "InvalidMagicCode": PARALLEL - 1}
    assert live_sessions(User.objects.get(email_normalized=address)) == 1


@pytest.mark.usefixtures("unlimited")
def test_many_codes_of_one_new_address_make_one_account():
    address = new_address()
    codes = [mailed(address) for _ in range(PARALLEL)]
    use = partial(services.verify_magic_code, device=new_device(), now=NOW)
    results = together([partial(use, token=code.secret) for code in codes])
    assert kinds(results) == {"SignedIn": PARALLEL}
    user = User.objects.get(email_normalized=address)
    assert live_sessions(user) == PARALLEL
    assert outbox.events().count(("identity.user_registered", {"user_id": str(user.id), "is_superuser": False})) == 1


@pytest.mark.usefixtures("unlimited")
def test_no_magic_code_opens_an_account_that_is_being_disabled():
    for _ in range(3):
        user = make_user()
        codes = [mailed(user.email) for _ in range(PARALLEL - 1)]
        use = partial(services.verify_magic_code, device=new_device(), now=NOW)
        close = partial(services.disable_user, user_id=user.id, now=NOW)
        calls: list[Callable[[], object]] = [*(partial(use, token=code.secret) for code in codes), close]
        results = together(calls)
        assert results[-1] is None
        assert set(kinds(results[:-1])) <= {"SignedIn", "InvalidMagicCode"}
        assert live_sessions(user) == 0


@pytest.mark.parametrize("closing", ["disable", "change", "reset"])
def test_no_session_of_the_old_password_survives(settings, closing: str):
    """Signing in beside what closes the account to the old password: whoever was let in before is out afterwards."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "login_account": "off", "login_address": "off"}
    for _ in range(3):
        user = make_user()
        user.set_password(PASSWORD)
        user.save()
        here = start_session(user)
        close = closings(user, here.session_id)[closing]
        enter = partial(services.sign_in, email=user.email, password=PASSWORD, device=new_device(), now=NOW)
        results = together([*[enter] * (PARALLEL - 1), close])
        assert results[-1] is None
        assert set(kinds(results[:-1])) <= {"SignedIn", "InvalidCredentials"}
        assert live_sessions(user) == (1 if closing == "change" else 0)


def closings(user: User, session_id: UUID):
    secret = new_address()
    one_time_secrets.issue(user_id=user.id, purpose=OneTimeSecret.Purpose.PASSWORD_RESET, secret=secret, now=NOW)
    return {
        "disable": partial(services.disable_user, user_id=user.id, now=NOW),
        "reset": partial(services.reset_password, token=secret, password=OTHER, now=NOW),
        "change": partial(
            services.change_password,
            user_id=user.id,
            session_id=session_id,
            current_password=PASSWORD,
            new_password=OTHER,
            now=NOW,
        ),
    }


@pytest.mark.parametrize("ways", [("demote", "demote"), ("disable", "disable"), ("demote", "disable")])
def test_superusers_who_take_each_others_rights_leave_one(ways: tuple[str, str]):
    def taking(way: str, actor: User, other: User) -> Callable[[], object]:
        if way == "disable":
            return partial(staff.disable, actor_id=actor.pk, user_id=other.pk, now=NOW)
        rights: dict[str, Any] = {"is_staff": False, "is_superuser": False, "group_ids": []}
        return partial(staff.change_rights, actor_id=actor.pk, user_id=other.pk, now=NOW, **rights)

    for _ in range(5):
        one, two = (make_user(is_staff=True, is_superuser=True) for _ in range(2))
        results = together([taking(ways[0], one, two), taking(ways[1], two, one)])
        assert kinds(results) == {"NoneType": 1, Forbidden.__name__: 1}, results
        left = User.objects.filter(pk__in=[one.pk, two.pk], is_active=True, is_staff=True, is_superuser=True)
        assert left.count() == 1
