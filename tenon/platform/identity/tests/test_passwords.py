"""Changing a password, signed in or by an emailed link."""

from datetime import timedelta

import pytest

from tenon.kernel.errors import NotFound, TooManyRequests
from tenon.platform.identity import services
from tenon.platform.identity.engines import passwords
from tenon.platform.identity.errors import InvalidCredentials, InvalidEmail, InvalidSecret, WeakPassword, WrongPassword
from tenon.platform.identity.models import OneTimeSecret, Session, User
from tenon.platform.identity.services.passwords import send_password_reset
from tenon.platform.identity.tests import outbox
from tenon.platform.identity.tests.factories import NOW, PASSWORD, SECOND, make_user, new_address, start_session
from tenon.platform.identity.tests.queries import shapes_of

pytestmark = pytest.mark.django_db

OTHER = "quite-another-horse-9-battery"
HALF_HOUR = timedelta(minutes=30)


def mailed_secret(user: User) -> str:
    """Send a link and take the secret out of the letter."""
    send_password_reset(address=user.email_normalized, now=NOW)
    return outbox.letters()[-1].context["link"].partition("#token=")[2]


def has_password(user: User, password: str) -> bool:
    return passwords.matches(password, User.objects.get(pk=user.pk).password)[0]


def test_the_letter_holds_the_secret_in_a_fragment(settings):
    user = make_user(first_name="Ada", locale="en")
    secret = mailed_secret(user)
    letter = outbox.letters()[0]
    assert (letter.template, letter.to, letter.locale) == ("password_reset", user.email, "en")
    assert letter.context == {
        "name": "Ada",
        "link": f"{settings.SITE_URL}/reset-password/#token={secret}",
        "minutes": 30,
    }
    assert len(secret) == 43
    assert secret not in OneTimeSecret.objects.get().digest


def test_a_frontend_of_ones_own_takes_the_link(settings):
    settings.PASSWORD_RESET_URL = "https://shop.example/new-password"
    mailed_secret(make_user())
    assert outbox.letters()[0].context["link"].startswith("https://shop.example/new-password#token=")


def test_the_link_sets_a_password_and_ends_every_session():
    user = make_user()
    for _ in range(2):
        start_session(user)
    services.reset_password(token=mailed_secret(user), password=OTHER, now=NOW)
    assert has_password(user, OTHER)
    assert set(Session.objects.values_list("revoke_reason", "revoked_at")) == {("password_reset", NOW)}
    assert outbox.event_names() == ["identity.session_revoked"] * 2 + ["identity.password_reset"]
    notice = outbox.letters()[-1]
    assert (notice.template, notice.to) == ("password_changed", user.email)
    assert notice.context["changed_at"] == "2026-03-01T12:00:00.000Z"


def test_a_reset_lets_the_owner_in_however_often_others_have_guessed(settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "login_account": "2/5min"}
    user, device = make_user(), services.Device(ip="")
    for _ in range(2):
        with pytest.raises(InvalidCredentials):
            services.sign_in(email=user.email, password="wrong-one-7", device=device, now=NOW)
    with pytest.raises(TooManyRequests):
        services.sign_in(email=user.email, password=PASSWORD, device=device, now=NOW)
    services.reset_password(token=mailed_secret(user), password=OTHER, now=NOW)
    services.sign_in(email=user.email, password=OTHER, device=device, now=NOW)


def test_the_link_works_once():
    user = make_user()
    secret = mailed_secret(user)
    services.reset_password(token=secret, password=OTHER, now=NOW)
    for password in (PASSWORD, "weak"):  # whether a password would do is not told through a used link
        with pytest.raises(InvalidSecret):
            services.reset_password(token=secret, password=password, now=NOW)
    assert has_password(user, OTHER)


def test_the_link_lasts_half_an_hour():
    user = make_user()
    secret = mailed_secret(user)
    with pytest.raises(InvalidSecret):
        services.reset_password(token=secret, password=OTHER, now=NOW + HALF_HOUR)
    services.reset_password(token=secret, password=OTHER, now=NOW + HALF_HOUR - SECOND)
    assert has_password(user, OTHER)


def test_one_link_used_closes_the_others():
    user = make_user()
    first, second = mailed_secret(user), mailed_secret(user)
    services.reset_password(token=second, password=OTHER, now=NOW)
    with pytest.raises(InvalidSecret):
        services.reset_password(token=first, password=PASSWORD, now=NOW)


def test_a_weak_password_does_not_use_the_link_up():
    user = make_user()
    secret = mailed_secret(user)
    with pytest.raises(WeakPassword) as refusal:
        services.reset_password(token=secret, password="password", now=NOW)
    assert {fault.pointer for fault in refusal.value.errors} == {"/password"}
    services.reset_password(token=secret, password=OTHER, now=NOW)


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "\0", "\ud800", "é" * 5000])
def test_other_links_are_refused(token: str):
    mailed_secret(make_user())
    with pytest.raises(InvalidSecret):
        services.reset_password(token=token, password=OTHER, now=NOW)


def test_a_link_that_verifies_an_address_sets_no_password():
    user = make_user()
    secret = mailed_secret(user)
    OneTimeSecret.objects.update(purpose=OneTimeSecret.Purpose.VERIFY_EMAIL)
    with pytest.raises(InvalidSecret):
        services.reset_password(token=secret, password=OTHER, now=NOW)


def test_an_account_disabled_meanwhile_sets_no_password():
    user = make_user()
    secret = mailed_secret(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    with pytest.raises(InvalidSecret):
        services.reset_password(token=secret, password=OTHER, now=NOW)
    assert has_password(user, PASSWORD)
    assert OneTimeSecret.objects.get().used_at is None


def test_of_two_at_once_the_second_changes_nothing(monkeypatch):
    """Both have read the secret as unused; the update decides."""
    user = make_user()
    secret = mailed_secret(user)
    hashed = passwords.hashed

    def meanwhile(password):
        monkeypatch.setattr(passwords, "hashed", hashed)
        services.reset_password(token=secret, password=OTHER, now=NOW)
        return hashed(password)

    monkeypatch.setattr(passwords, "hashed", meanwhile)
    with pytest.raises(InvalidSecret):
        services.reset_password(token=secret, password=PASSWORD, now=NOW)
    assert has_password(user, OTHER)


def test_who_could_read_the_letter_has_a_verified_address():
    user = make_user(is_verified=False)
    services.reset_password(token=mailed_secret(user), password=OTHER, now=NOW)
    assert User.objects.get(pk=user.pk).is_verified
    assert outbox.event_names() == ["identity.email_verified", "identity.password_reset"]


def test_no_letter_to_unknown_and_disabled_accounts():
    send_password_reset(address=new_address(), now=NOW)
    send_password_reset(address=make_user(is_active=False).email_normalized, now=NOW)
    assert outbox.letters() == []
    assert not OneTimeSecret.objects.exists()


def test_asking_is_the_same_for_everybody():
    known, disabled, unknown = make_user().email, make_user(is_active=False).email, new_address()
    queries = [
        shapes_of(services.request_password_reset, email=address, now=NOW) for address in (known, disabled, unknown)
    ]
    assert queries[0] == queries[1] == queries[2]
    assert any("INSERT" in statement for statement in queries[0])
    assert outbox.jobs("identity.send_password_reset") == [{"address": each} for each in (known, disabled, unknown)]


def test_asking_is_limited_to_five_a_day():
    address = new_address()
    for _ in range(5):
        services.request_password_reset(email=address, now=NOW)
    with pytest.raises(TooManyRequests):
        services.request_password_reset(email=address.upper(), now=NOW)
    assert len(outbox.jobs("identity.send_password_reset")) == 5


def test_what_is_no_address_is_refused():
    with pytest.raises(InvalidEmail):
        services.request_password_reset(email="nobody", now=NOW)


def change(user: User, session_id, *, current: str = PASSWORD, new: str = OTHER) -> None:
    services.change_password(
        user_id=user.id, session_id=session_id, current_password=current, new_password=new, now=NOW
    )


def test_a_change_ends_the_other_sessions_and_leaves_this_one():
    user = make_user()
    here, elsewhere = start_session(user), start_session(user)
    change(user, here.session_id)
    assert has_password(user, OTHER)
    services.verify_token(token=here.refresh, now=NOW)
    ended = Session.objects.get(pk=elsewhere.session_id)
    assert (ended.revoked_at, ended.revoke_reason) == (NOW, "password_changed")
    assert outbox.event_names() == ["identity.session_revoked", "identity.password_changed"]
    assert [letter.template for letter in outbox.letters()] == ["password_changed"]


def test_a_change_closes_links_that_were_mailed_before():
    user = make_user()
    secret = mailed_secret(user)
    change(user, start_session(user).session_id)
    with pytest.raises(InvalidSecret):
        services.reset_password(token=secret, password=PASSWORD, now=NOW)


def test_a_change_needs_the_current_password():
    user = make_user()
    with pytest.raises(WrongPassword) as refusal:
        change(user, start_session(user).session_id, current="wrong-horse")
    assert [(fault.pointer, fault.code) for fault in refusal.value.errors] == [("/current_password", "wrong_password")]
    assert has_password(user, PASSWORD)


def test_a_change_needs_a_good_new_password():
    user = make_user()
    with pytest.raises(WeakPassword) as refusal:
        change(user, start_session(user).session_id, new=user.email)
    assert {fault.pointer for fault in refusal.value.errors} == {"/new_password"}
    assert has_password(user, PASSWORD)


def test_guesses_at_the_current_password_are_limited_and_successes_are_not(settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "login_account": "2/5min"}
    user = make_user()
    session_id = start_session(user).session_id
    change(user, session_id)
    change(user, session_id, current=OTHER, new=PASSWORD)
    for _ in range(2):
        with pytest.raises(WrongPassword):
            change(user, session_id, current="wrong-horse")
    with pytest.raises(TooManyRequests):
        change(user, session_id)


def test_a_password_changed_meanwhile_is_not_overwritten(monkeypatch):
    user = make_user()
    session_id = start_session(user).session_id
    hashed = passwords.hashed

    def meanwhile(password):
        User.objects.filter(pk=user.pk).update(password=hashed("set-by-somebody-else-5"))
        return hashed(password)

    monkeypatch.setattr(passwords, "hashed", meanwhile)
    with pytest.raises(WrongPassword):
        change(user, session_id)
    assert has_password(user, "set-by-somebody-else-5")


def test_a_disabled_account_changes_nothing():
    user = make_user()
    session_id = start_session(user).session_id
    User.objects.filter(pk=user.pk).update(is_active=False)
    with pytest.raises(NotFound):
        change(user, session_id)
