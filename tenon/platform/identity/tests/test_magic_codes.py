"""Asking for a magic code: who gets one, what is kept of it, what the caller can learn."""

from datetime import timedelta
from itertools import cycle

import pytest
from django.core.checks import run_checks

from tenon.kernel.errors import TooManyRequests
from tenon.kernel.outbox.models import Entry
from tenon.platform.identity import services
from tenon.platform.identity.errors import InvalidEmail
from tenon.platform.identity.models import MagicCode
from tenon.platform.identity.tests import outbox
from tenon.platform.identity.tests.factories import NOW, SECOND, make_user, new_address, new_device
from tenon.platform.identity.tests.magic import PAGE, deliver, mailed, request
from tenon.platform.identity.tests.queries import shapes_of

pytestmark = pytest.mark.django_db

QUARTER = timedelta(minutes=15)


@pytest.fixture(autouse=True)
def _page(settings):
    settings.MAGIC_LINK_VERIFY_URL = PAGE


def test_the_letter_holds_the_code_and_a_link():
    user = make_user(username="Ada", locale="en")
    code = mailed(user.email)
    (letter,) = outbox.letters()
    assert (letter.template, letter.to, letter.locale) == ("magic_code", user.email, "en")
    assert letter.context == {
        "name": "Ada",
        "code": code.code,
        "link": f"{PAGE}/magic-verify?token={code.secret}",
        "minutes": 15,
    }
    assert len(code.secret) == 43


def test_an_unknown_address_gets_one_as_well():
    address = new_address()
    mailed(f" {address.upper()} ")
    (letter,) = outbox.letters()
    assert (letter.to, letter.context["name"], letter.locale) == (address.upper(), "", "")


def test_the_letter_goes_where_the_account_says_whatever_was_typed():
    """Two addresses that fold to the same need not be one mail box."""
    user = make_user()
    mailed(user.email.upper())
    assert outbox.letters()[0].to == user.email


def test_a_disabled_account_gets_nothing():
    deliver(request(make_user(is_active=False).email))
    assert outbox.letters() == []


@pytest.mark.parametrize("end", ["expired", "used", "purged"])
def test_a_letter_that_comes_too_late_is_not_sent(end):
    challenge_id = request(new_address())
    row = MagicCode.objects.filter(pk=challenge_id)
    if end == "used":
        row.update(used_at=NOW)
    elif end == "purged":
        row.delete()
    deliver(challenge_id, now=NOW + QUARTER if end == "expired" else NOW)
    assert outbox.letters() == []


def test_nothing_readable_is_kept():
    address = new_address()
    code = mailed(address)
    row = MagicCode.objects.get()
    assert (row.id, row.attempts, row.used_at) == (code.challenge_id, 0, None)
    assert (row.created_at, row.expires_at) == (NOW, NOW + QUARTER)
    kept = " ".join(str(value) for value in MagicCode.objects.values_list().get())
    kept += " ".join(str(value) for entry in Entry.objects.values_list() for value in entry)
    for secret in (address, code.code, code.secret):
        assert secret not in kept


def test_how_long_a_code_is_good_for_is_a_setting(settings):
    settings.MAGIC_LINK_LIFETIME = timedelta(minutes=10)
    mailed(new_address())
    assert MagicCode.objects.get().expires_at == NOW + timedelta(minutes=10)
    assert outbox.letters()[0].context["minutes"] == 10


@pytest.mark.parametrize("url", ["", "app.example.com", "x-webdoc://page"])
def test_without_a_page_nothing_is_stored_and_nothing_counted(settings, url, django_assert_num_queries):
    settings.MAGIC_LINK_VERIFY_URL = url
    with django_assert_num_queries(0), pytest.raises(RuntimeError, match="MAGIC_LINK_VERIFY_URL"):
        request(new_address())


def test_what_is_no_address_is_refused():
    with pytest.raises(InvalidEmail):
        request("nobody")
    assert not MagicCode.objects.exists()


@pytest.mark.parametrize(("debug", "echo"), [(True, False), (False, True), (False, False)])
def test_the_code_is_not_echoed(settings, debug, echo):
    settings.DEBUG, settings.MAGIC_LINK_DEBUG_ECHO_TOKEN = debug, echo
    challenge = services.request_magic_code(email=new_address(), device=new_device(), now=NOW)
    assert challenge.debug_token is None


def test_the_code_is_echoed_to_a_developer_who_asks_for_it(settings):
    settings.DEBUG = settings.MAGIC_LINK_DEBUG_ECHO_TOKEN = True
    challenge = services.request_magic_code(email=new_address(), device=new_device(), now=NOW)
    assert challenge.debug_token == outbox.jobs("identity.send_magic_code")[0]["code"]


def test_known_and_unknown_addresses_cost_the_same():
    addresses = [
        new_address(),
        make_user().email,
        make_user(is_verified=False).email,
        make_user(is_active=False).email,
        make_user(is_staff=True).email,
    ]
    queries = [shapes_of(services.request_magic_code, email=each, device=new_device(), now=NOW) for each in addresses]
    assert all(each == queries[0] for each in queries)
    assert sum("INSERT" in statement and "limits_counter" not in statement for statement in queries[0]) == 2


@pytest.mark.parametrize(
    ("name", "rate", "places"),
    [("magic_account", "3/hour", 1), ("magic_account_day", "3/day", 1), ("magic_mailbox", "3/day", 4)],
)
def test_three_codes_of_an_account_and_no_more(settings, name, rate, places):
    off = {each: "off" for each in settings.RATE_LIMITS if each.startswith("magic")}
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, **off, name: rate}
    devices = [new_device() for _ in range(places)]
    for address in (new_address(), make_user().email):
        for spelling, device in zip((address, address.upper(), address.title()), cycle(devices)):
            services.request_magic_code(email=spelling, device=device, now=NOW)
        with pytest.raises(TooManyRequests):
            services.request_magic_code(email=address, device=devices[-1], now=NOW)
    assert MagicCode.objects.count() == 6


def test_the_limits_of_the_house(settings):
    rates = {name: rate for name, rate in settings.RATE_LIMITS.items() if name.startswith("magic")}
    assert (rates["magic"], rates["magic_account"], rates["magic_account_day"]) == ("5/min", "3/hour", "10/day")
    assert rates["magic_mailbox"] == "40/day"
    assert set(rates) <= settings.DURABLE_RATE_LIMITS


def test_five_codes_a_minute_from_one_device():
    device = new_device()
    for _ in range(5):
        services.request_magic_code(email=new_address(), device=device, now=NOW)
    with pytest.raises(TooManyRequests):
        services.request_magic_code(email=new_address(), device=device, now=NOW)
    assert MagicCode.objects.count() == 5


def test_codes_are_forgotten_as_soon_as_they_have_expired():
    mailed(new_address())
    assert services.purge(now=NOW + QUARTER - SECOND) == 0
    assert services.purge(now=NOW + QUARTER) == 1
    assert not MagicCode.objects.exists()


def found() -> set[str | None]:
    return {each.id for each in run_checks(tags=["security"], include_deployment_checks=True)}


def test_a_deployment_is_warned(settings):
    assert found().isdisjoint({"identity.W001", "identity.W002"})
    settings.MAGIC_LINK_VERIFY_URL, settings.MAGIC_LINK_DEBUG_ECHO_TOKEN = "", True
    assert found() >= {"identity.W001", "identity.W002"}
