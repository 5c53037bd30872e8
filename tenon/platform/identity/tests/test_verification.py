"""Verifying an address by an emailed link."""

from datetime import timedelta
from uuid import UUID

import pytest

from tenon.kernel.errors import TooManyRequests
from tenon.platform.identity import services
from tenon.platform.identity.errors import InvalidEmail, InvalidSecret
from tenon.platform.identity.models import OneTimeSecret, User
from tenon.platform.identity.services.verification import send_verification
from tenon.platform.identity.tests import outbox
from tenon.platform.identity.tests.factories import NOW, SECOND, make_user, new_address
from tenon.platform.identity.tests.queries import shapes_of

pytestmark = pytest.mark.django_db

DAY = timedelta(hours=24)


def mailed_secret(user: User) -> UUID:
    """Send a link and take the secret out of the letter."""
    send_verification(address=user.email_normalized, now=NOW)
    return UUID(outbox.letters()[-1].context["link"].rstrip("/").rsplit("/", 1)[1])


def test_the_letter_holds_a_link_to_this_site(settings):
    user = make_user(is_verified=False, username="Ada", locale="en")
    secret = mailed_secret(user)
    letter = outbox.letters()[0]
    assert (letter.template, letter.to, letter.locale) == ("verify_email", user.email, "en")
    assert letter.context == {"link": f"{settings.SITE_URL}/api/verify/{secret}/", "hours": 24}
    assert secret.version == 4


def test_only_a_digest_is_kept():
    user = make_user(is_verified=False)
    secret = mailed_secret(user)
    row = OneTimeSecret.objects.get()
    assert len(row.digest) == 64
    assert str(secret) not in row.digest
    assert secret.hex not in row.digest


def test_the_link_verifies_the_address():
    user = make_user(is_verified=False)
    facts = services.verify_email(token=mailed_secret(user), now=NOW)
    assert (facts.id, facts.is_verified) == (user.id, True)
    assert User.objects.get(pk=user.pk).is_verified
    assert outbox.events() == [("identity.email_verified", {"user_id": str(user.id)})]


def test_the_same_link_keeps_answering_without_a_second_event():
    """Mail scanners follow links before people do."""
    user = make_user(is_verified=False)
    secret = mailed_secret(user)
    for later in (timedelta(0), SECOND, DAY * 29):
        assert services.verify_email(token=str(secret), now=NOW + later).is_verified
    assert outbox.event_names() == ["identity.email_verified"]


def test_older_links_stay_good_beside_newer_ones():
    user = make_user(is_verified=False)
    first, second = mailed_secret(user), mailed_secret(user)
    assert first != second
    assert services.verify_email(token=first, now=NOW).is_verified
    assert services.verify_email(token=second, now=NOW).is_verified


def test_the_link_lasts_a_day():
    user = make_user(is_verified=False)
    secret = mailed_secret(user)
    with pytest.raises(InvalidSecret):
        services.verify_email(token=secret, now=NOW + DAY)
    assert not User.objects.get(pk=user.pk).is_verified
    assert services.verify_email(token=secret, now=NOW + DAY - SECOND).is_verified


@pytest.mark.parametrize("token", ["", "x", UUID(int=1), str(UUID(int=2)), "\ud800", "{not-a-uuid}", "0" * 4000])
def test_other_links_are_refused(token: str):
    mailed_secret(make_user(is_verified=False))
    with pytest.raises(InvalidSecret):
        services.verify_email(token=token, now=NOW)


def test_a_secret_for_a_password_verifies_nothing():
    user = make_user(is_verified=False)
    secret = mailed_secret(user)
    OneTimeSecret.objects.update(purpose=OneTimeSecret.Purpose.PASSWORD_RESET)
    with pytest.raises(InvalidSecret):
        services.verify_email(token=secret, now=NOW)


@pytest.mark.parametrize("fields", [{"is_verified": True}, {"is_verified": False, "is_active": False}])
def test_no_letter_to_those_who_wait_for_none(fields):
    user = make_user(**fields)
    send_verification(address=user.email_normalized, now=NOW)
    send_verification(address=new_address(), now=NOW)
    assert outbox.letters() == []
    assert not OneTimeSecret.objects.exists()


def test_the_letter_goes_to_the_address_as_registered():
    user = make_user(is_verified=False, email="Ada@Example.com")
    services.resend_verification(email="ADA@example.COM", now=NOW)
    send_verification(**outbox.jobs("identity.send_verification")[0], now=NOW)
    assert [letter.to for letter in outbox.letters()] == [user.email]


def test_asking_again_is_the_same_for_everybody():
    known, verified, unknown = make_user(is_verified=False).email, make_user().email, new_address()
    queries = [
        shapes_of(services.resend_verification, email=address, now=NOW) for address in (known, verified, unknown)
    ]
    assert queries[0] == queries[1] == queries[2]
    assert any("INSERT" in statement for statement in queries[0])
    assert outbox.jobs("identity.send_verification") == [{"address": each} for each in (known, verified, unknown)]


def test_asking_again_is_limited_by_address(settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "resend": "2/day", "resend_account": "3/day"}
    address = new_address()
    services.resend_verification(email=address, now=NOW)
    services.resend_verification(email=address.upper(), now=NOW)
    with pytest.raises(TooManyRequests) as refusal:
        services.resend_verification(email=address, now=NOW)
    assert 0 < (refusal.value.retry_after or 0) <= DAY.total_seconds()
    assert len(outbox.jobs("identity.send_verification")) == 2
    services.resend_verification(email=new_address(), now=NOW)
    services.resend_verification(email=address, ip="192.0.2.7", now=NOW)
    with pytest.raises(TooManyRequests):
        services.resend_verification(email=address, ip="192.0.2.8", now=NOW)


def test_what_is_no_address_is_refused():
    with pytest.raises(InvalidEmail):
        services.resend_verification(email="nobody", now=NOW)
