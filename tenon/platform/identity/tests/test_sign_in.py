"""Signing in with a password: who may, and what those who may not can learn."""

from importlib import import_module

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, PBKDF2PasswordHasher

from tenon.kernel import metrics
from tenon.kernel.errors import TooManyRequests
from tenon.platform.identity import services
from tenon.platform.identity.engines import access_tokens
from tenon.platform.identity.errors import EmailNotVerified, InvalidCredentials, InvalidEmail
from tenon.platform.identity.models import Session, User
from tenon.platform.identity.services import Device
from tenon.platform.identity.services.erasure import request_erasure
from tenon.platform.identity.tests.factories import NOW, PASSWORD, make_user, new_address, new_device
from tenon.platform.identity.tests.queries import shapes_of

pytestmark = pytest.mark.django_db

sign_in_module = import_module("tenon.platform.identity.services.sign_in")


def sign_in(email: str, password: str = PASSWORD, *, device: Device | None = None):
    return services.sign_in(email=email, password=password, device=device or new_device(), now=NOW)


@pytest.fixture
def hashes(monkeypatch) -> list[str]:
    """One entry for each hash that is computed."""
    done: list[str] = []
    for name in ("encode", "verify"):
        computed = getattr(Argon2PasswordHasher, name)

        def counted(self, *args, _computed=computed, _name=name):
            done.append(_name)
            return _computed(self, *args)

        monkeypatch.setattr(Argon2PasswordHasher, name, counted)
    return done


def refusals(reason: str) -> float:
    return metrics.refused_sign_ins.labels(reason)._value.get()


def test_the_right_password_starts_a_session():
    user, device = make_user(first_name="Ada", last_name="Lovelace"), new_device()
    signed_in = sign_in(user.email.upper(), device=device)
    session = Session.objects.get(pk=signed_in.session_id)
    claims = access_tokens.verify(signed_in.access, now=NOW)
    assert (claims.user_id, claims.session_id) == (user.id, session.id)
    assert (signed_in.user.id, signed_in.user.full_name, signed_in.user.last_login) == (user.id, "Ada Lovelace", NOW)
    assert (session.user_id, session.user_agent, session.ip, session.counter) == (
        user.id,
        device.user_agent,
        device.ip,
        0,
    )
    assert User.objects.get(pk=user.pk).last_login == NOW


def test_each_sign_in_is_a_session_of_its_own():
    user = make_user()
    assert sign_in(user.email).session_id != sign_in(user.email).session_id
    assert Session.objects.filter(user=user).count() == 2


def refused_cases():
    user, disabled = make_user(), make_user(is_active=False)
    without = make_user()
    without.set_unusable_password()
    without.save()
    return {
        "wrong password": (user.email, "wrong-horse"),
        "unknown address": (new_address(), "wrong-horse"),
        "disabled account, right password": (disabled.email, PASSWORD),
        "disabled account, wrong password": (disabled.email, "wrong-horse"),
        "account without a password": (without.email, "wrong-horse"),
        "password that is no text": (user.email, "\ud800"),
    }


def test_all_refusals_look_and_cost_the_same(hashes):
    answers = {}

    said: list[str] = []

    def refused(email: str, password: str) -> None:
        with pytest.raises(InvalidCredentials) as refusal:
            sign_in(email, password)
        said.append(f"{refusal.value} {refusal.value.code} {refusal.value.errors} {refusal.value.extra}")

    for name, (email, password) in refused_cases().items():
        hashes.clear()
        queries = shapes_of(refused, email=email, password=password)
        answers[name] = (said.pop(), len(hashes), queries)
    expected = answers["unknown address"]
    assert expected[1] == 1
    assert {name: answer for name, answer in answers.items() if answer != expected} == {}
    assert not Session.objects.exists()


def test_refusals_are_counted_and_logged_without_the_address(caplog):
    user, device = make_user(), new_device()
    before = refusals("credentials")
    with pytest.raises(InvalidCredentials):
        sign_in(user.email, "wrong-horse", device=device)
    assert refusals("credentials") == before + 1
    record = next(record for record in caplog.records if record.message == "sign_in_refused")
    assert (record.reason, record.ip, record.user_id) == ("credentials", device.ip, str(user.id))
    assert user.email not in str(record.__dict__)
    assert "wrong-horse" not in str(record.__dict__)


def test_not_verified_is_told_after_the_right_password_only():
    user = make_user(is_verified=False)
    with pytest.raises(InvalidCredentials):
        sign_in(user.email, "wrong-horse")
    with pytest.raises(EmailNotVerified):
        sign_in(user.email)
    assert not Session.objects.exists()


def test_verification_can_be_made_optional(settings):
    settings.VERIFY_EMAIL_REQUIRED = False
    user = make_user(is_verified=False)
    assert sign_in(user.email).user.is_verified is False


def test_what_is_no_address_is_refused():
    with pytest.raises(InvalidEmail):
        sign_in("nobody")


def test_ten_failures_close_the_account_for_everybody():
    user = make_user()
    for _ in range(10):
        with pytest.raises(InvalidCredentials):
            sign_in(user.email, "wrong-horse")
    before = refusals("limited")
    for email in (user.email, user.email.upper()):
        with pytest.raises(TooManyRequests) as refusal:
            sign_in(email)
        assert 0 < (refusal.value.retry_after or 0) <= 300
    assert refusals("limited") == before + 2
    assert sign_in(make_user().email)


def test_an_unknown_address_is_closed_just_so():
    address = new_address()
    for _ in range(10):
        with pytest.raises(InvalidCredentials):
            sign_in(address, "wrong-horse")
    with pytest.raises(TooManyRequests):
        sign_in(address, "wrong-horse")


def test_fifty_failures_close_the_place_they_come_from(settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "login_address": "5/5min"}
    device, user = new_device(), make_user()
    for _ in range(5):
        with pytest.raises(InvalidCredentials):
            sign_in(new_address(), "wrong-horse", device=device)
    with pytest.raises(TooManyRequests):
        sign_in(user.email, device=device)
    assert sign_in(user.email)


def test_successes_do_not_count(settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "login_account": "2/5min", "login_address": "2/5min"}
    user, waiting, device = make_user(), make_user(is_verified=False), new_device()
    for _ in range(4):
        sign_in(user.email, device=device)
        with pytest.raises(EmailNotVerified):
            sign_in(waiting.email, device=device)


def test_a_failure_stays_counted_after_a_success(settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "login_account": "2/5min"}
    user = make_user()
    with pytest.raises(InvalidCredentials):
        sign_in(user.email, "wrong-horse")
    sign_in(user.email)
    with pytest.raises(InvalidCredentials):
        sign_in(user.email, "wrong-horse")
    with pytest.raises(TooManyRequests):
        sign_in(user.email)


def test_no_hash_is_spent_on_those_who_are_limited(settings, hashes):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "login_account": "1/5min"}
    user = make_user()
    with pytest.raises(InvalidCredentials):
        sign_in(user.email, "wrong-horse")
    hashes.clear()
    with pytest.raises(TooManyRequests):
        sign_in(user.email)
    assert hashes == []


def test_a_caller_without_an_address_is_limited_by_account_alone(settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "login_address": "1/5min"}
    for _ in range(3):
        with pytest.raises(InvalidCredentials):
            sign_in(new_address(), "wrong-horse", device=Device())
    assert Session.objects.get(pk=sign_in(make_user().email, device=Device()).session_id).ip is None


def test_an_imported_hash_is_replaced_at_sign_in():
    user = make_user()
    imported = PBKDF2PasswordHasher().encode(PASSWORD, "salt-of-an-import", iterations=1000)
    User.objects.filter(pk=user.pk).update(password=imported)
    sign_in(user.email)
    replaced = User.objects.get(pk=user.pk).password
    assert replaced.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    sign_in(user.email)
    assert User.objects.get(pk=user.pk).password == replaced


def test_a_current_hash_is_left_alone():
    user = make_user()
    sign_in(user.email)
    assert User.objects.get(pk=user.pk).password == user.password


def between_reading_and_starting(monkeypatch, change) -> None:
    """Have `change` happen after the password has been compared and before the session starts."""
    start = sign_in_module._start

    def later(*args, **kwargs):
        change()
        return start(*args, **kwargs)

    monkeypatch.setattr(sign_in_module, "_start", later)


def test_a_password_changed_meanwhile_refuses_the_old_one(monkeypatch):
    user = make_user()
    other = PBKDF2PasswordHasher().encode("another-password-altogether", "salt", iterations=1000)
    between_reading_and_starting(monkeypatch, lambda: User.objects.filter(pk=user.pk).update(password=other))
    with pytest.raises(InvalidCredentials):
        sign_in(user.email)
    assert not Session.objects.exists()


def test_an_account_disabled_meanwhile_is_refused(monkeypatch):
    user = make_user()
    between_reading_and_starting(monkeypatch, lambda: User.objects.filter(pk=user.pk).update(is_active=False))
    with pytest.raises(InvalidCredentials):
        sign_in(user.email)
    assert not Session.objects.exists()


def test_a_hash_renewed_meanwhile_by_another_sign_in_refuses_nobody(monkeypatch):
    user = make_user()
    renewed = PBKDF2PasswordHasher().encode(PASSWORD, "salt", iterations=1000)
    between_reading_and_starting(monkeypatch, lambda: User.objects.filter(pk=user.pk).update(password=renewed))
    assert sign_in(user.email).user.last_login == NOW
    assert User.objects.get(pk=user.pk).last_login == NOW


def test_whoever_asks_meanwhile_to_be_forgotten_stays_by_signing_in(monkeypatch):
    user = make_user()
    between_reading_and_starting(monkeypatch, lambda: request_erasure(user_id=user.pk, now=NOW))
    sign_in(user.email)
    assert User.objects.get(pk=user.pk).erases_at is None
