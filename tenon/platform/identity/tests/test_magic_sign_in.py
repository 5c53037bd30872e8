"""Signing in, and up, with a magic code: by its digits or its link, once, with five attempts, in time."""

from datetime import timedelta
from importlib import import_module
from uuid import UUID

import pytest

from tenon.kernel import metrics
from tenon.kernel.errors import TooManyRequests
from tenon.kernel.ids import new_id
from tenon.platform.identity import services
from tenon.platform.identity.errors import EmailTaken, InvalidCredentials, InvalidEmail, InvalidMagicCode
from tenon.platform.identity.models import MagicCode, Session, User
from tenon.platform.identity.services import Device, SignedIn
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
from tenon.platform.identity.tests.magic import PAGE, Mailed, deliver, mailed, other_than, request
from tenon.platform.identity.tests.queries import shapes_of

pytestmark = pytest.mark.django_db

QUARTER = timedelta(minutes=15)


@pytest.fixture(autouse=True)
def _page(settings):
    settings.MAGIC_LINK_VERIFY_URL = PAGE


def verify(
    token: str, *, challenge_id: UUID | None = None, email: str = "", device: Device | None = None, now=NOW
) -> SignedIn:
    return services.verify_magic_code(
        token=token, challenge_id=challenge_id, email=email, device=device or new_device(), now=now
    )


def refuses(token: str, **arguments) -> bool:
    with pytest.raises(InvalidMagicCode):
        verify(token, **arguments)
    return True


def attempts(code: Mailed) -> int:
    return MagicCode.objects.get(pk=code.challenge_id).attempts


def test_the_digits_sign_a_person_in():
    user, device = make_user(first_name="Ada"), new_device()
    code = mailed(user.email)
    signed_in = verify(code.code, challenge_id=code.challenge_id, device=device)
    session = Session.objects.get(pk=signed_in.session_id)
    user.refresh_from_db()
    assert (session.user_id, session.ip, session.user_agent) == (user.id, device.ip, device.user_agent)
    assert (signed_in.user.id, signed_in.user.last_login) == (user.id, NOW)
    assert (user.last_login, user.last_magic_login) == (NOW, NOW)
    assert user.check_password(PASSWORD)
    assert outbox.event_names() == []


def test_a_password_leaves_no_trace_of_magic():
    user = make_user()
    services.sign_in(email=user.email, password=PASSWORD, device=new_device(), now=NOW)
    assert User.objects.get(pk=user.pk).last_magic_login is None


def test_an_unknown_address_becomes_a_verified_account():
    address = new_address().title()
    code = mailed(address)
    assert not User.objects.exists()
    facts = verify(code.code, challenge_id=code.challenge_id).user
    user = User.objects.get()
    assert (facts.id, facts.email, facts.is_verified) == (user.id, address, True)
    assert (user.email_normalized, user.date_joined, user.is_staff) == (address.lower(), NOW, False)
    assert not user.has_usable_password()
    assert outbox.events() == [("identity.user_registered", {"user_id": str(user.id), "is_superuser": False})]
    with pytest.raises(InvalidCredentials):
        services.sign_in(email=address, password="", device=new_device(), now=NOW)


def test_the_link_does_so_too():
    user, address = make_user(), new_address()
    assert verify(mailed(user.email).secret).user.id == user.id
    assert verify(mailed(address).secret).user.email == address


def test_the_email_stands_for_the_newest_code_of_its_address():
    user = make_user()
    older, newer = mailed(user.email), mailed(user.email.upper(), now=NOW + SECOND)
    now = NOW + SECOND
    assert refuses(older.code, email=user.email, now=now) or older.code == newer.code
    assert verify(newer.code, email=user.email.upper(), now=now).user.id == user.id
    assert verify(older.code, challenge_id=older.challenge_id, now=now).user.id == user.id


def test_challenge_and_email_must_belong_together():
    ada, grace = mailed(make_user().email), mailed(new_address())
    assert refuses(ada.code, challenge_id=ada.challenge_id, email=new_address())
    assert refuses(ada.code, challenge_id=grace.challenge_id) or ada.code == grace.code
    assert attempts(ada) == 0


def test_an_address_that_is_none_is_told_so():
    with pytest.raises(InvalidEmail):
        verify("40718293", email="nobody")


@pytest.mark.parametrize("token", ["", "4071829", "no code", "x" * 43, "tnr_" + "x" * 72, "\ud800", "\0"])
def test_what_was_never_mailed_costs_no_attempt(token):
    code = mailed(new_address())
    assert refuses(token, challenge_id=code.challenge_id)
    assert attempts(code) == 0


def test_digits_and_link_are_one_use_together():
    for first, second in (("code", "code"), ("code", "secret"), ("secret", "code"), ("secret", "secret")):
        code = mailed(make_user().email)
        verify(getattr(code, first), challenge_id=code.challenge_id)
        assert refuses(getattr(code, second), challenge_id=code.challenge_id)
    assert Session.objects.count() == 4


def test_a_quarter_of_an_hour():
    codes = [mailed(make_user().email) for _ in range(4)]
    late, last = NOW + QUARTER, NOW + QUARTER - SECOND
    verify(codes[0].code, challenge_id=codes[0].challenge_id, now=last)
    verify(codes[1].secret, now=last)
    assert refuses(codes[2].code, challenge_id=codes[2].challenge_id, now=late)
    assert refuses(codes[3].secret, now=late)


@pytest.mark.parametrize("by", ["challenge_id", "email"])
def test_after_five_attempts_the_right_digits_are_refused_and_the_link_is_not(by):
    address = new_address()
    code = mailed(address)
    key = {by: code.challenge_id if by == "challenge_id" else address}
    for number in range(1, 6):
        assert refuses(other_than(code.code), **key)
        assert attempts(code) == number
    assert refuses(code.code, **key)
    assert attempts(code) == 5
    assert verify(code.secret).user.email == address


def test_the_fifth_attempt_still_counts():
    code = mailed(new_address())
    for _ in range(4):
        refuses(other_than(code.code), challenge_id=code.challenge_id)
    assert verify(code.code, challenge_id=code.challenge_id)


def test_nobody_learns_who_is_about_to_sign_in():
    code, address = mailed(make_user().email), new_address()
    known = MagicCode.objects.get()
    calls = [
        {"challenge_id": code.challenge_id},
        {"challenge_id": new_id()},
        {"email": address},
    ]
    device, wrong = new_device(), other_than(code.code)
    shapes = [shapes_of(refuses, token=wrong, device=device, **each) for each in calls]
    assert shapes[0] == shapes[1]
    assert [statement.split()[0] for statement in shapes[2]] == [statement.split()[0] for statement in shapes[0]]
    assert known.used_at is None


def test_digits_alone_are_refused_unless_the_deployment_takes_them(settings):
    user = make_user()
    code = mailed(user.email)
    assert refuses(code.code)
    settings.MAGIC_LINK_ALLOW_BARE_TOKEN = True
    assert refuses(other_than(code.code))
    assert verify(f" {code.code[:4]} {code.code[4:]} ").user.id == user.id
    assert refuses(code.code)


def test_digits_alone_of_a_challenge_that_was_guessed_at_are_refused(settings):
    settings.MAGIC_LINK_ALLOW_BARE_TOKEN = True
    code = mailed(new_address())
    MagicCode.objects.update(attempts=5)
    assert refuses(code.code)


def test_digits_alone_that_two_people_hold_are_neithers(settings):
    settings.MAGIC_LINK_ALLOW_BARE_TOKEN = True
    ada, grace = mailed(new_address()), mailed(new_address())
    MagicCode.objects.update(code_hmac=MagicCode.objects.get(pk=ada.challenge_id).code_hmac)
    assert refuses(ada.code)
    assert verify(ada.code, challenge_id=ada.challenge_id)
    assert verify(grace.secret)


def test_failures_of_digits_alone_are_everybodys_together(settings):
    settings.MAGIC_LINK_ALLOW_BARE_TOKEN = True
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "magic_bare": "3/hour"}
    code, spent = mailed(new_address()), mailed(new_address())
    verify(spent.code)  # what succeeds is given back
    for _ in range(3):
        assert refuses(other_than(code.code))
    with pytest.raises(TooManyRequests):
        verify(code.code)
    assert verify(code.code, challenge_id=code.challenge_id)


def test_failures_are_counted_by_device_and_successes_are_not(settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "magic_verify": "2/min"}
    device = new_device()
    for _ in range(3):
        verify(mailed(make_user().email).secret, device=device)
    code = mailed(new_address())
    for _ in range(2):
        assert refuses(other_than(code.code), challenge_id=code.challenge_id, device=device)
    before = refusals("limited")
    with pytest.raises(TooManyRequests):
        verify(code.code, challenge_id=code.challenge_id, device=device)
    assert refusals("limited") == before + 1
    assert verify(code.code, challenge_id=code.challenge_id, device=Device())


def refusals(reason: str) -> float:
    value: float = metrics.refused_sign_ins.labels(reason)._value.get()
    return value


def test_refusals_are_counted_and_logged_without_the_code(caplog):
    code, before = mailed(new_address()), refusals("magic_code")
    wrong = other_than(code.code)
    refuses(wrong, challenge_id=code.challenge_id)
    assert refusals("magic_code") == before + 1
    assert "sign_in_refused" in caplog.messages
    assert wrong not in str([record.__dict__ for record in caplog.records])


def test_a_disabled_account_stays_closed():
    user = make_user()
    code = mailed(user.email)
    services.disable_user(user_id=user.id, now=NOW)
    assert refuses(code.code, challenge_id=code.challenge_id)
    assert refuses(code.secret)
    assert not Session.objects.exists()


def test_whoever_made_an_account_with_anothers_address_is_out():
    """Registered and not verified: the password may be a stranger's, and so may the sessions."""
    user = make_user(is_verified=False, first_name="Mallory", username="mallory", phone_number="+15550100")
    stranger = start_session(user)
    code = mailed(user.email)
    facts = verify(code.code, challenge_id=code.challenge_id).user
    user.refresh_from_db()
    assert (facts.is_verified, user.is_verified, user.has_usable_password()) == (True, True, False)
    assert (user.display_name, user.phone_number, facts.full_name) == ("", "", "")
    assert Session.objects.get(pk=stranger.session_id).revoked_at == NOW
    assert outbox.event_names() == ["identity.email_verified", "identity.session_revoked", "identity.account_reclaimed"]
    assert Session.objects.live(NOW).count() == 1


def test_a_code_opens_no_account_whose_address_merely_folds_to_the_same():
    """Asked for while nobody had the address; meanwhile its owner has registered under another spelling."""
    address = new_address()
    code = mailed(address.upper())
    owner = make_user(email=address)
    assert refuses(code.code, challenge_id=code.challenge_id)
    assert refuses(code.secret)
    assert not Session.objects.filter(user=owner).exists()


def test_a_code_that_came_before_the_account_opens_it():
    address = new_address()
    first, second = mailed(address), mailed(address)
    one = verify(first.code, challenge_id=first.challenge_id).user
    two = verify(second.secret).user
    assert one.id == two.id
    assert User.objects.count() == 1


def test_the_code_is_good_before_its_letter_has_gone():
    """As with `debug_token`, where no relay runs."""
    user = make_user()
    challenge_id = request(user.email)
    code = outbox.jobs("identity.send_magic_code")[0]["code"]
    assert verify(code, challenge_id=challenge_id).user.id == user.id
    deliver(challenge_id)
    assert outbox.letters() == []


def test_another_key_of_the_server_ends_every_code(settings):
    code = mailed(new_address())
    settings.SECRET_KEY = "another key of the server, as long as it must be for that"
    assert refuses(code.secret)
    assert refuses(code.code, challenge_id=code.challenge_id)
    assert not User.objects.exists()


def test_an_account_made_at_the_same_moment_is_found(monkeypatch):
    """Between the look and the insert somebody else was first; the code is not used up by that."""
    address = new_address()
    code = mailed(address)
    module = import_module("tenon.platform.identity.services.magic_sign_in")

    def taken(*, email, now):
        monkeypatch.undo()
        raise EmailTaken

    monkeypatch.setattr(module, "register_by_mail", taken)
    assert verify(code.secret).user.email == address
    assert User.objects.count() == 1
